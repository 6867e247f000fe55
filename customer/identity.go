package customer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Channels of identities. Phone and Email are channels too, and so is any word
// of the host's.
const (
	WeCom    = "wecom"    // the external_userid of an external contact; scope: the corp id
	DingTalk = "dingtalk" // the unionid or the userid; scope: the corp id
	OpenID   = "openid"   // of WeChat; scope: the app id, without which an openid means nothing where there are several apps
	UnionID  = "unionid"  // of WeChat; scope: the open platform account, where there are several
)

// ErrIdentityTaken: the identity is that of another customer.
var ErrIdentityTaken = errors.New("identity taken")

// An Identity is the account by which a channel knows a customer. Unlike a
// contact point it is one customer's alone: no two of a tenant have the same.
type Identity struct {
	storage.Meta
	Customer uuid.UUID
	Channel  string // WeCom, ..., Phone, Email or a word of the host's
	Scope    string // within which accounts of the channel are unique, such as an app id; mostly empty
	Account  string // what the channel calls the customer, byte for byte; of Phone and Email in the form of MatchForm, which Put derives

	key string // stands for channel, scope and account, without showing the account to those who may not see it
}

const identityName = "identity"

// Identities is the kind of identities.
var Identities = storage.Define[Identity](identityName,
	storage.Ref("customer", func(i *Identity) *uuid.UUID { return &i.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("channel", func(i *Identity) *string { return &i.Channel }).Required(),
	storage.Text("scope", func(i *Identity) *string { return &i.Scope }),
	storage.Text("account", func(i *Identity) *string { return &i.Account }).Required().Personal(),
	storage.Text("key", func(i *Identity) *string { return &i.key }).Unique().Personal(),
).Derive((*Identity).derive, "account", "key").Valid((*Identity).check)

var identitiesByKey = Identities.Key("key")

// derive puts the account into the form that is compared and makes the key: the
// SHA-256 of the three, of which a channel and a scope have one line, in base64.
func (i *Identity) derive() {
	if form, err := i.form(); err == nil {
		i.Account = form
	}
	sum := sha256.Sum256([]byte(i.Channel + "\n" + i.Scope + "\n" + i.Account))
	i.key = base64.RawURLEncoding.EncodeToString(sum[:])
}

// form returns the account as it is compared.
func (i *Identity) form() (string, error) {
	if i.Channel == Phone || i.Channel == Email {
		return MatchForm(i.Channel, i.Account)
	}
	return i.Account, nil
}

func (i *Identity) check() error {
	for field, text := range map[string]string{"channel": i.Channel, "scope": i.Scope} {
		if strings.ContainsRune(text, '\n') {
			return &storage.FieldError{Kind: identityName, Field: field, Reason: "has more than one line", Key: "one_line"}
		}
	}
	if _, err := i.form(); err != nil {
		return refuseField(identityName, "account", "format", err.Error(), err)
	}
	return nil
}

// An IdentityError is ErrIdentityTaken, and storage.ErrDuplicate. It does not
// hold the account, which has no place in logs.
type IdentityError struct {
	Channel, Scope string    // of the account; empty where a guard hides which of several it is
	Holder         uuid.UUID // the customer who has it; nil where the caller may not know
}

func (e *IdentityError) Error() string {
	holder, account := "another customer", "account"
	if e.Holder != uuid.Nil {
		holder += " (" + e.Holder.String() + ")"
	}
	if e.Channel != "" {
		account += " of " + e.Channel
	}
	return fmt.Sprintf("customer: %v: %s has the %s: let that identity name this customer, or merge the two", ErrIdentityTaken, holder, account)
}

// Is makes errors.Is true of both sentinels.
func (e *IdentityError) Is(target error) bool {
	return target == ErrIdentityTaken || target == storage.ErrDuplicate
}

// AddIdentities stores new identities, of any customers, and returns those that
// are stored, in step with the given ones, which are left as they are. One that
// its customer has already is not added again. One that another customer has is
// an *IdentityError, and none is stored; an account that is no phone number or
// mail address where one belongs is ErrContact.
//
// To give an identity to another customer, change its Customer and Put it.
func AddIdentities(ctx context.Context, tx *storage.Tx, identities ...*Identity) ([]*Identity, error) {
	keys := make([]string, len(identities))
	for n, i := range identities {
		if i != nil {
			keys[n] = i.Key()
		}
	}
	stored, err := store(ctx, tx, Identities, criteria.In("key", keys...), (*Identity).Key, identities, func(rec, given *Identity) error {
		if rec.Customer == given.Customer {
			return nil
		}
		return taken(ctx, tx, rec)
	})
	var dup *storage.DuplicateError
	if errors.As(err, &dup) && dup.Existing == uuid.Nil { // of somebody whom the caller may not see
		return nil, &IdentityError{}
	}
	return stored, err
}

// Key returns what stands for channel, scope and account in the unique field "key",
// for looking up many identities at once: criteria.In("key", ...). It is a hash, of
// an identity that is stored or not, and shows nothing of the account.
func (i *Identity) Key() string {
	c := *i
	c.derive()
	return c.key
}

// taken returns the error of an identity that another customer has, whom it
// names if the caller may see that customer.
func taken(ctx context.Context, tx *storage.Tx, held *Identity) error {
	e := &IdentityError{Channel: held.Channel, Scope: held.Scope}
	switch _, err := Kind.Get(ctx, tx, held.Customer); {
	case err == nil:
		e.Holder = held.Customer
	case !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrForbidden):
		return err
	}
	return e
}

// ResolveIdentity returns the customer whom a channel knows by an account. scope
// is empty where the channel needs none; it must be the one that was stored.
// Where nobody is known, or the customer is deleted, it is storage.ErrNotFound.
func ResolveIdentity(ctx context.Context, r storage.Reader, channel, scope, account string) (*Customer, error) {
	i, err := identitiesByKey.Look(ctx, r, (&Identity{Channel: channel, Scope: scope, Account: account}).Key())
	if err != nil {
		return nil, err
	}
	return Kind.Get(ctx, r, i.Customer)
}
