package postgres

import (
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// RowSecurity returns SQL that lets the server itself keep the tenants apart:
// policies by which a session sees and writes only rows of the tenant that
// Config.RowSecurity binds to each transaction. It is a second wall for the case of
// a mistake in SQL; the adapter's own statements name the tenant anyway. Run it as
// the owner of the tables after Migrate; the program must connect as another role
// that is neither the owner nor a superuser, and Migrate as the owner.
func (d *DB) RowSecurity(kinds ...storage.Described) string {
	var b strings.Builder
	for _, t := range d.tablesOf(kinds) {
		b.WriteString("ALTER TABLE " + t.name + " ENABLE ROW LEVEL SECURITY;\n")
		b.WriteString("DROP POLICY IF EXISTS clientele_tenant ON " + t.name + ";\n")
		b.WriteString("CREATE POLICY clientele_tenant ON " + t.name + " USING (tenant = current_setting('clientele.tenant', true)) WITH CHECK (tenant = current_setting('clientele.tenant', true));\n")
	}
	return b.String()
}
