package storagetest

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// kindCases are kinds that a tenant defines at run time.
func kindCases() []Case {
	return []Case{
		{"kinds/entities", "records of a kind defined at run time are stored, found, changed, deleted and logged like others", entityRecords},
		{"kinds/unknown", "a kind that the tenant has not defined, or the store does not have, is ErrUnknownKind", unknownKinds},
		{"kinds/unique", "two vehicles with one plate: the first is stored, the second is ErrDuplicate (CUS-17)", entityUnique},
		{"kinds/related", "conditions reach from a described kind to one defined at run time, and back", entityRelated},
		{"kinds/apart", "kinds defined at run time do not see each other's records, nor other tenants'", entitiesApart},
		{"kinds/definitions", "a definition with a bad or taken name is refused", kindDefinitions},
	}
}

var vehicles = storage.Entities("vehicle")

// defineVehicles defines the kind vehicle with a unique plate, a date and a
// link to an account.
func (t *trial) defineVehicles() {
	t.Helper()
	put(t, storage.CustomKinds, &storage.CustomKind{Name: "vehicle", Label: "Vehicle"})
	t.define(
		&storage.CustomField{Kind: "vehicle", Name: "plate", Type: "text", Unique: true, Required: true},
		&storage.CustomField{Kind: "vehicle", Name: "serviced", Type: "date"},
		&storage.CustomField{Kind: "vehicle", Name: "price", Type: "decimal"},
		&storage.CustomField{Kind: "vehicle", Name: "owner", Type: "ref", Target: "kit_account"},
		&storage.CustomField{Kind: "kit_account", Name: "car", Type: "ref", Target: "vehicle"},
	)
}

func vehicle(plate string, owner uuid.UUID, price string) *storage.Entity {
	v := &storage.Entity{}
	v.Custom.Set("plate", plate)
	v.Custom.Set("owner", owner)
	v.Custom.Set("price", number(price))
	return v
}

func entityRecords(t *trial) {
	t.defineVehicles()
	v := vehicle("B-1", uuid.Nil, "10")
	put(t, vehicles, v)
	t.equal(v, get(t, vehicles, v.ID), "the vehicle")
	v.Custom.Set("serviced", storage.Date{Year: 2026, Month: 1, Day: 5})
	put(t, vehicles, v)
	t.equal([]*storage.Entity{v}, find(t, vehicles, storage.Query{Where: criteria.Eq("custom.plate", "B-1"),
		Order: orderBy("custom.serviced")}), "the vehicles")
	t.equal(1, len(find(t, storage.Entities("vehicle"), storage.Query{Where: criteria.Eq("id", v.ID)})), "the vehicle by its id")
	remove(t, vehicles, v)
	t.write(func(tx *storage.Tx) error { return vehicles.Restore(t.ctx, tx, v) })
	list := history(t, vehicles, v.ID)
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpDelete, storage.OpRestore}, ops(list), "the history")
	t.equal("vehicle", list[0].Kind, "the kind in the log")
	t.equal(`{"custom.serviced":[null,"2026-01-05"]}`, string(list[1].Values), "the values")
}

func unknownKinds(t *trial) {
	boats := storage.Entities("boat")
	_, err := boats.Get(t.ctx, t.tenant, uuid.New())
	t.is(err, storage.ErrUnknownKind, "Get")
	_, err = collect(t.ctx, boats, t.tenant, storage.Query{})
	t.is(err, storage.ErrUnknownKind, "Find")
	t.is(tryPut(t, boats, &storage.Entity{}), storage.ErrUnknownKind, "Put")
	_, err = boats.Count(t.ctx, t.tenant, storage.Query{})
	t.is(err, storage.ErrUnknownKind, "Count")
	_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.Related("boat", "owner", nil)})
	t.is(err, criteria.ErrUnknownKind, "a condition over it")
	strangers := storage.Define[account]("kit_stranger")
	_, err = collect(t.ctx, strangers, t.tenant, storage.Query{})
	t.is(err, storage.ErrUnknownKind, "a kind that was not given to New")
	_, err = collect(t.ctx, storage.Entities("No Name"), t.tenant, storage.Query{})
	t.must(err != nil, "a kind with a bad name was read")
}

func entityUnique(t *trial) {
	t.defineVehicles()
	a := &account{Name: "a"}
	put(t, accounts, a)
	put(t, vehicles, vehicle("B-1", a.ID, "10"))
	t.duplicate(tryPut(t, vehicles, vehicle("B-1", a.ID, "20")), "custom.plate")
	t.is(tryPut(t, vehicles, &storage.Entity{}), storage.ErrInvalid, "a vehicle without a plate")
	t.equal(1, count(t, vehicles, storage.Query{Where: criteria.Eq("custom.owner", a.ID)}), "the vehicles of the account")
}

func entityRelated(t *trial) {
	t.defineVehicles()
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a, b)
	first := vehicle("B-1", a.ID, "10.5")
	put(t, vehicles, first, vehicle("B-2", a.ID, "20"), vehicle("B-3", b.ID, "30"))
	b.Custom.Set("car", first.ID)
	put(t, accounts, b)
	via := "custom.owner"
	for want, where := range map[string]criteria.Criterion{
		"a b": criteria.Related("vehicle", via, nil),
		"a":   criteria.RelatedCount("vehicle", via, criteria.Lt("custom.price", 25), criteria.GreaterEqual, 2),
		"b":   criteria.RelatedSum("vehicle", via, "custom.price", nil, criteria.Less, number("30.51")),
		"":    criteria.Related("vehicle", via, criteria.Eq("custom.plate", "B-9")),
	} {
		if want == "b" {
			where = criteria.All(where, criteria.Parent("custom.car", criteria.Eq("custom.plate", "B-1")))
		}
		t.equal(want, named(find(t, accounts, storage.Query{Where: where})), "the accounts")
	}
	n := count(t, vehicles, storage.Query{Where: criteria.Parent(via, criteria.Eq("name", "a"))})
	t.equal(2, n, "the vehicles of accounts named a")
}

func entitiesApart(t *trial) {
	put(t, storage.CustomKinds, &storage.CustomKind{Name: "boat"}, &storage.CustomKind{Name: "vehicle"})
	boats := storage.Entities("boat")
	v, b := &storage.Entity{}, &storage.Entity{}
	put(t, vehicles, v)
	put(t, boats, b)
	t.equal([]uuid.UUID{v.ID}, idsOf(find(t, vehicles, storage.Query{})), "the vehicles")
	t.equal([]uuid.UUID{b.ID}, idsOf(find(t, boats, storage.Query{})), "the boats")
	_, err := boats.Get(t.ctx, t.tenant, v.ID)
	t.is(err, storage.ErrNotFound, "a vehicle read as a boat")
	t.is(tryPut(t, boats, &storage.Entity{Meta: storage.Meta{ID: v.ID, Version: 1}}), storage.ErrNotFound, "a vehicle written as a boat")
	_, err = vehicles.Get(t.ctx, t.store.Tenant(freshName("other")), v.ID)
	t.is(err, storage.ErrUnknownKind, "the kind in another tenant")
}

func kindDefinitions(t *trial) {
	for _, name := range []string{"", "Vehicle", "kit_account", "custom_field", "two words", "9lives"} {
		t.is(tryPut(t, storage.CustomKinds, &storage.CustomKind{Name: name}), storage.ErrInvalid, "the name "+name)
	}
	k := &storage.CustomKind{Name: "vehicle"}
	put(t, storage.CustomKinds, k)
	t.duplicate(tryPut(t, storage.CustomKinds, &storage.CustomKind{Name: "vehicle"}), "name")
	k.Name = "boat"
	t.is(tryPut(t, storage.CustomKinds, k), storage.ErrInvalid, "another name")
	k.Name = "vehicle"
	v := &storage.Entity{}
	put(t, vehicles, v)
	err := t.update(func(tx *storage.Tx) error { return storage.CustomKinds.Delete(t.ctx, tx, k) })
	t.is(err, storage.ErrInvalid, "Delete of a kind that has records")
	t.write(func(tx *storage.Tx) error { return vehicles.Purge(t.ctx, tx, v) })
	remove(t, storage.CustomKinds, k)
	_, err = collect(t.ctx, vehicles, t.tenant, storage.Query{})
	t.is(err, storage.ErrUnknownKind, "a kind whose definition is deleted")
}
