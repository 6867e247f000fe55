package service

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Asset is a thing that a customer owns and has looked after: a vehicle, a
// machine. It keeps its records when it changes hands.
type Asset struct {
	storage.Meta
	Customer uuid.UUID // who owns it
	Type     string    // a word of the host's: "vehicle", "lift"
	Plate    string    // unique; empty: none
	Serial   string    // of the maker, such as a VIN; unique; empty: none
	Model    string
	Since    time.Time // when its owner got it
}

const assetKind = "asset"

// Assets is the kind of assets.
var Assets = storage.Define[Asset](assetKind,
	storage.Ref("customer", func(a *Asset) *uuid.UUID { return &a.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Text("type", func(a *Asset) *string { return &a.Type }).Required(),
	storage.Text("plate", func(a *Asset) *string { return &a.Plate }).Unique().Personal(),
	storage.Text("serial", func(a *Asset) *string { return &a.Serial }).Unique().Personal(),
	storage.Text("model", func(a *Asset) *string { return &a.Model }),
	storage.Time("since", func(a *Asset) *time.Time { return &a.Since }).Required(),
)

// An Ownership says who owned an asset from when until when.
type Ownership struct {
	storage.Meta
	Asset    uuid.UUID
	Customer uuid.UUID
	Since    time.Time
	Until    time.Time // zero: still
}

// Ownerships is the kind of ownerships. An asset has one that lasts.
var Ownerships = storage.Define[Ownership]("asset_ownership",
	storage.Ref("asset", func(o *Ownership) *uuid.UUID { return &o.Asset }).To(assetKind).Existing().Required(),
	storage.Ref("customer", func(o *Ownership) *uuid.UUID { return &o.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Time("since", func(o *Ownership) *time.Time { return &o.Since }).Required(),
	storage.Time("until", func(o *Ownership) *time.Time { return &o.Until }),
).Unique("asset", "since")

// Register stores new assets with their first owners, since now where they do not
// say since when. A plate or serial number that is taken is storage.ErrDuplicate.
func Register(ctx context.Context, tx *storage.Tx, assets ...*Asset) error {
	for _, a := range assets {
		if a.Since.IsZero() {
			a.Since = tx.Now()
		}
	}
	if err := Assets.Put(ctx, tx, assets...); err != nil {
		return err
	}
	owners := make([]*Ownership, len(assets))
	for i, a := range assets {
		owners[i] = &Ownership{Asset: a.ID, Customer: a.Customer, Since: a.Since}
	}
	return Ownerships.Put(ctx, tx, owners...)
}

// Transfer gives an asset to another customer at a moment, which must lie behind
// the moment at which its owner got it, or it is storage.ErrInvalid; so is one that
// owns it already. Two transfers at the same time come one after the other.
func Transfer(ctx context.Context, tx *storage.Tx, asset, to uuid.UUID, at time.Time) error {
	a, err := Assets.Get(ctx, tx, asset)
	if err != nil {
		return err
	}
	if a.Customer == to {
		return &storage.FieldError{Kind: assetKind, Field: "customer", Reason: "owns it already"}
	}
	if at = storage.NormalTime(at); !at.After(a.Since) {
		return &storage.FieldError{Kind: assetKind, Field: "since", Reason: "its owner has it since " + a.Since.Format(time.RFC3339) + ": give a later moment"}
	}
	a.Customer, a.Since = to, at
	if err := Assets.Put(ctx, tx, a); err != nil {
		return err
	}
	next := []*Ownership{{Asset: asset, Customer: to, Since: at}}
	for o, err := range Ownerships.Find(ctx, tx, storage.Query{Where: criteria.All(criteria.Eq("asset", asset), criteria.Missing("until"))}) {
		if err != nil {
			return err
		}
		o.Until = at
		next = append(next, o)
	}
	return Ownerships.Put(ctx, tx, next...)
}
