package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// phone returns a new contact point.
func phone(t require.TestingT, c uuid.UUID, number string) *customer.ContactPoint {
	p, err := customer.NewContactPoint(c, customer.Phone, number)
	require.NoError(t, err)
	return p
}

// add adds contact points that must pass.
func add(t testing.TB, acme *storage.Tenant, points ...*customer.ContactPoint) (stored []*customer.ContactPoint) {
	t.Helper()
	update(t, acme, func(tx *storage.Tx) (err error) {
		stored, err = customer.AddContactPoints(t.Context(), tx, points...)
		return err
	})
	return stored
}

// primaries returns the primary values of a customer by type, and fails where a
// type with contact points has not exactly one.
func primaries(t testing.TB, acme *storage.Tenant, c uuid.UUID) map[string]string {
	t.Helper()
	found, types := map[string]string{}, map[string]bool{}
	for _, p := range find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Eq("customer", c)}) {
		types[p.Type] = true
		if p.Primary {
			require.Empty(t, found[p.Type], "two primary ones of type %s", p.Type)
			found[p.Type] = p.Value
		}
	}
	require.Len(t, found, len(types), "a type without a primary one: %v", types)
	return found
}

func TestCUS03_ContactPoints(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		add(t, acme, phone(t, c.ID, "+8613800000001"), phone(t, c.ID, "+8613800000002"))
		for _, written := range []string{
			"+8613800000001", "13800000001", "138 0000 0001", "138-0000-0001", "+86 138-0000-0001",
			"+8613800000002", "13800000002", "138 0000 0002", "138-0000-0002", "0086 138 0000 0002",
		} {
			found, err := customer.FindByPhone(t.Context(), acme, written)
			require.NoError(t, err)
			require.Len(t, found, 1, written)
			require.Equal(t, c.ID, found[0].ID, written)
		}
		require.Equal(t, map[string]string{customer.Phone: "+8613800000001"}, primaries(t, acme, c.ID))
	})
}

func TestContactPoints_PrimaryMoves(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		mail, err := customer.NewContactPoint(c.ID, customer.Email, "Wang@Example.com")
		require.NoError(t, err)
		given := phone(t, c.ID, "13800000001")
		stored := add(t, acme, given, phone(t, c.ID, "13800000002"), mail, phone(t, c.ID, "138 0000 0001"))
		require.Zero(t, given.Version, "the given one is left as it is")
		require.Equal(t, stored[0].ID, stored[3].ID, "the same number again")
		require.Equal(t, map[string]string{"phone": "13800000001", "email": "Wang@Example.com"}, primaries(t, acme, c.ID))

		again := add(t, acme, phone(t, c.ID, "+86 13800000002"))
		require.Equal(t, stored[1].ID, again[0].ID)
		require.Equal(t, stored[1].Version, again[0].Version, "nothing was written")

		third := phone(t, c.ID, "13800000003")
		third.Primary = true
		kept := add(t, acme, third)[0]
		require.Equal(t, "13800000003", primaries(t, acme, c.ID)["phone"])

		update(t, acme, func(tx *storage.Tx) error { return customer.SetPrimaryContact(ctx, tx, stored[1].ID) })
		require.Equal(t, "13800000002", primaries(t, acme, c.ID)["phone"])

		update(t, acme, func(tx *storage.Tx) error { return customer.RemoveContactPoints(ctx, tx, stored[1].ID, stored[1].ID) })
		require.Equal(t, "13800000001", primaries(t, acme, c.ID)["phone"], "the oldest takes the place")

		removed := find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Eq("id", stored[1].ID), Deleted: storage.DeletedOnly})
		update(t, acme, func(tx *storage.Tx) error { return customer.ContactPoints.Restore(ctx, tx, removed...) })
		require.Equal(t, "13800000001", primaries(t, acme, c.ID)["phone"], "what is restored is not primary")

		update(t, acme, func(tx *storage.Tx) error {
			return customer.RemoveContactPoints(ctx, tx, stored[0].ID, stored[1].ID, kept.ID)
		})
		require.Equal(t, map[string]string{"email": "Wang@Example.com"}, primaries(t, acme, c.ID))
	})
}

func TestContactPoints_Refused(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		stored := add(t, acme, phone(t, c.ID, "13800000001"), phone(t, c.ID, "13800000002"))
		try := func(fn func(tx *storage.Tx) error) error { return acme.Update(ctx, ann, fn) }

		second := phone(t, c.ID, "13800000003")
		second.Primary = true
		require.ErrorIs(t, try(func(tx *storage.Tx) error { return customer.ContactPoints.Put(ctx, tx, second) }), storage.ErrDuplicate)
		twice := phone(t, c.ID, "138-0000-0001")
		require.ErrorIs(t, try(func(tx *storage.Tx) error { return customer.ContactPoints.Put(ctx, tx, twice) }), storage.ErrDuplicate)
		for _, bad := range []*customer.ContactPoint{nil, stored[0]} {
			err := try(func(tx *storage.Tx) error { _, err := customer.AddContactPoints(ctx, tx, bad); return err })
			require.ErrorIs(t, err, storage.ErrInvalid)
		}
		nobody := phone(t, uuid.New(), "13800000009")
		require.ErrorIs(t, try(func(tx *storage.Tx) error { _, err := customer.AddContactPoints(ctx, tx, nobody); return err }), storage.ErrInvalid)
		require.ErrorIs(t, try(func(tx *storage.Tx) error { return customer.SetPrimaryContact(ctx, tx, uuid.New()) }), storage.ErrNotFound)
		require.ErrorIs(t, try(func(tx *storage.Tx) error { return customer.RemoveContactPoints(ctx, tx, stored[0].ID, uuid.New()) }), storage.ErrNotFound)
		require.Equal(t, "13800000001", primaries(t, acme, c.ID)["phone"], "nothing of that happened")
		_, err := customer.FindByPhone(ctx, acme, "12345")
		require.ErrorIs(t, err, customer.ErrContact)
	})
}

func TestReplaceContactPoint(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		stored := add(t, acme, phone(t, c.ID, "13800000001"), phone(t, c.ID, "13800000002"))
		replace := func(id uuid.UUID, with *customer.ContactPoint) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error {
				_, err := customer.ReplaceContactPoint(ctx, tx, id, with)
				return err
			})
		}
		require.NoError(t, replace(stored[0].ID, phone(t, c.ID, "13911112222")))
		require.Equal(t, "13911112222", primaries(t, acme, c.ID)["phone"])
		p, err := customer.ContactPoints.Get(ctx, acme, stored[0].ID)
		require.NoError(t, err)
		require.Equal(t, "2222", p.Tail)
		history, err := customer.ContactPoints.History(ctx, acme, p.ID)
		require.NoError(t, err)
		before, after, ok := history[len(history)-1].Value("value")
		require.True(t, ok)
		require.Equal(t, `"13800000001"`, string(before))
		require.Equal(t, `"13911112222"`, string(after))

		require.ErrorIs(t, replace(stored[0].ID, phone(t, c.ID, "13800000002")), storage.ErrDuplicate)
		mail, err := customer.NewContactPoint(c.ID, customer.Email, "a@example.com")
		require.NoError(t, err)
		require.ErrorIs(t, replace(stored[0].ID, mail), storage.ErrInvalid)
		require.ErrorIs(t, replace(stored[0].ID, nil), storage.ErrInvalid)
		require.ErrorIs(t, replace(uuid.New(), mail), storage.ErrNotFound)
	})
}

// Several customers may share a number; those whose primary one it is come
// first, and deleted customers do not.
func TestFindByPhone_Shared(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		a, b, gone := person(t, acme, "A"), person(t, acme, "B"), person(t, acme, "C")
		add(t, acme, phone(t, a.ID, "13900000000"), phone(t, a.ID, "13800000001"))
		add(t, acme, phone(t, b.ID, "13800000001"), phone(t, gone.ID, "13800000001"))
		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, gone) })
		found, err := customer.FindByPhone(ctx, acme, "138 0000 0001")
		require.NoError(t, err)
		require.Equal(t, []string{"B", "A"}, namesOf(found))
		found, err = customer.FindByPhone(ctx, acme, "13700000000")
		require.NoError(t, err)
		require.Empty(t, found)
		found, err = customer.FindByEmail(ctx, acme, "a@example.com")
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

// A number that more than a hundred customers share gives a hundred.
func TestFindByPhone_Many(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		list := make([]*customer.Customer, 120)
		for i := range list {
			list[i] = &customer.Customer{Type: customer.Person, Name: fmt.Sprint(i)}
		}
		put(t, acme, customer.Kind, list...)
		points := make([]*customer.ContactPoint, len(list))
		for i, c := range list {
			points[i] = phone(t, c.ID, "010-62345678")
		}
		add(t, acme, points...)
		found, err := customer.FindByPhone(t.Context(), acme, "010 6234 5678")
		require.NoError(t, err)
		require.Len(t, found, 100)
		require.Equal(t, "0", found[0].Name)
		require.Equal(t, "99", found[99].Name)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = customer.FindByPhone(ctx, acme, "010 6234 5678")
		require.ErrorIs(t, err, context.Canceled)
	})
}

// Who does not see a customer's contact points cannot add a second primary one
// beside them.
func TestContactPoints_Hidden(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		add(t, acme, phone(t, c.ID, "13800000001"))
		desk := acme.Guarded(owning{"contact_point", criteria.Never()})
		err := desk.Update(t.Context(), ann, func(tx *storage.Tx) error {
			_, err := customer.AddContactPoints(t.Context(), tx, phone(t, c.ID, "13800000002"))
			return err
		})
		require.ErrorIs(t, err, storage.ErrDuplicate)
		require.NotErrorIs(t, err, storage.ErrConflict)
		require.Equal(t, "13800000001", primaries(t, acme, c.ID)["phone"])
	})
}

func namesOf(list []*customer.Customer) (names []string) {
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

func TestContactPoint_Tail(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		mail, err := customer.NewContactPoint(c.ID, customer.Email, "a1234@example.com")
		require.NoError(t, err)
		add(t, acme, phone(t, c.ID, "13812348000"), phone(t, c.ID, "010-62345678转8000"), mail)
		found := find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Eq("tail", "8000")})
		require.Len(t, found, 1, "an extension is no tail")
		require.Equal(t, "13812348000", found[0].Value)
		require.Len(t, find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Eq("tail", "5678")}), 1)
		require.Len(t, find(t, acme, customer.ContactPoints, storage.Query{Where: criteria.Missing("tail")}), 1)
	})
}

// Whatever is added, removed and made primary at once, a customer has exactly one
// primary number as long as it has any.
func TestContactPoints_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		for round := range 6 {
			add(t, acme, phone(t, c.ID, fmt.Sprintf("1380000%04d", round)))
			var at sync.WaitGroup
			errs := make([]error, 8)
			for worker := range errs {
				at.Add(1)
				go func() {
					defer at.Done()
					errs[worker] = acme.Update(ctx, ann, func(tx *storage.Tx) error {
						ids, err := idsOf(tx, t, c.ID)
						if err != nil {
							return err
						}
						switch worker % 4 {
						case 0:
							_, err = customer.AddContactPoints(ctx, tx, phone(t, c.ID, fmt.Sprintf("1390%03d%04d", worker, round)))
						case 1:
							err = customer.SetPrimaryContact(ctx, tx, ids[worker%len(ids)])
						case 2:
							err = customer.RemoveContactPoints(ctx, tx, ids[(worker/2)%len(ids)])
						default:
							err = customer.SetPrimaryContact(ctx, tx, ids[len(ids)-1])
						}
						return err
					})
				}()
			}
			at.Wait()
			for _, err := range errs {
				if err != nil {
					require.ErrorIs(t, err, storage.ErrNotFound, "but what another one has removed, all goes through")
				}
			}
			primaries(t, acme, c.ID)
		}
	})
}

// idsOf reads the ids of a customer's contact points, oldest first; one that is
// nobody's where there are none.
func idsOf(tx *storage.Tx, t testing.TB, c uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	for p, err := range customer.ContactPoints.Find(t.Context(), tx, storage.Query{Where: criteria.Eq("customer", c)}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 {
		ids = append(ids, uuid.New())
	}
	return ids, nil
}

// The last number is removed while another one is added: never does a customer
// end up with a number and none that is primary.
func TestContactPoints_LastRemovedWhileOneIsAdded(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		for round := range 40 {
			c := person(t, acme, "王丽")
			first := add(t, acme, phone(t, c.ID, "13800000001"))[0]
			var both sync.WaitGroup
			for _, fn := range []func(tx *storage.Tx) error{
				func(tx *storage.Tx) error { return customer.RemoveContactPoints(ctx, tx, first.ID) },
				func(tx *storage.Tx) error {
					_, err := customer.AddContactPoints(ctx, tx, phone(t, c.ID, "13800000002"))
					return err
				},
			} {
				both.Go(func() { require.NoError(t, acme.Update(ctx, ann, fn)) })
			}
			both.Wait()
			require.Equal(t, map[string]string{"phone": "13800000002"}, primaries(t, acme, c.ID), "round %d", round)
		}
	})
}

// The contact points behave as a list of which one comes first.
func TestContactPoints_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		acme := inMemory(t)
		ctx, c := t.Context(), person(t, acme, "王丽")
		var model []string // oldest first
		first := ""
		idOf := map[string]uuid.UUID{}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			number := fmt.Sprintf("1380000000%d", rapid.IntRange(0, 6).Draw(rt, "number"))
			has := slices.Contains(model, number)
			switch op := rapid.SampledFrom([]string{"add", "add primary", "set", "remove"}).Draw(rt, "op"); {
			case strings.HasPrefix(op, "add"):
				p := phone(rt, c.ID, number)
				p.Primary = op == "add primary"
				idOf[number] = add(t, acme, p)[0].ID
				if !has {
					model = append(model, number)
				}
				if p.Primary || first == "" {
					first = number
				}
			case has && op == "set":
				update(t, acme, func(tx *storage.Tx) error { return customer.SetPrimaryContact(ctx, tx, idOf[number]) })
				first = number
			case has:
				update(t, acme, func(tx *storage.Tx) error { return customer.RemoveContactPoints(ctx, tx, idOf[number]) })
				model = slices.DeleteFunc(model, func(s string) bool { return s == number })
				if first == number {
					first = ""
					if len(model) > 0 {
						first = model[0]
					}
				}
			}
			if got := primaries(t, acme, c.ID)["phone"]; got != first {
				rt.Fatalf("%q is primary of %v, not %q", got, model, first)
			}
		}
	})
}
