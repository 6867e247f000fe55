package quality_test

import (
	"encoding/json"
	"testing"

	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

func TestRule_WhatIsRefused(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		for why, change := range map[string]func(*quality.Rule){
			"code":                      func(r *quality.Rule) { r.Code = "a b" },
			"mode":                      func(r *quality.Rule) { r.Mode = "warn" },
			"on":                        func(r *quality.Rule) { r.On = "read" },
			"a scan refuses nothing":    func(r *quality.Rule) { r.Mode, r.On = quality.Block, quality.OnScan },
			"roles":                     func(r *quality.Rule) { r.Roles = []string{"sales"} },
			"when":                      func(r *quality.Rule) { r.When = quality.Condition{} },
			"cannot be written as JSON": func(r *quality.Rule) { r.When = quality.Where(criteria.Eq("size", make(chan int))) },
			"it suggests nothing":       func(r *quality.Rule) { r.Suggest = json.RawMessage(`{}`) },
			"no such kind":              func(r *quality.Rule) { r.Kind = "spaceship" },
			`no field "sise"`:           func(r *quality.Rule) { r.Field = "sise" },
			"has no such field":         func(r *quality.Rule) { r.When = quality.Where(criteria.Missing("sise")) },
			"compare fields of one":     func(r *quality.Rule) { r.When = quality.Compare("created_at", "lt", "birthday") },
			"cannot be compared":        func(r *quality.Rule) { r.When = quality.Compare("tags", "eq", "tags") },
			"eq and ne alone":           func(r *quality.Rule) { r.When = quality.Compare("id", "lt", "parent") },
			"other: ":                   func(r *quality.Rule) { r.When = quality.Compare("name", "near", "company") },
			"suggest size":              func(r *quality.Rule) { r.Suggest = json.RawMessage(`{"size": 3}`) },
			"use null to empty":         func(r *quality.Rule) { r.Suggest = json.RawMessage(`{"size": ""}`) },
			"null cannot be stored":     func(r *quality.Rule) { r.Suggest = json.RawMessage(`{"name": null}`) },
			"not anybody's":             func(r *quality.Rule) { r.Suggest = json.RawMessage(`{"version": 3}`) },
			`has no field "colour"`:     func(r *quality.Rule) { r.Suggest = json.RawMessage(`{"colour": "red"}`) },
		} {
			rule := sized(quality.Flag, quality.OnWrite)
			change(rule)
			err := put(t, acme, ann, quality.Rules, rule)
			require.ErrorIs(t, err, storage.ErrInvalid, why)
			require.ErrorContains(t, err, why)
		}
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
		require.ErrorIs(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)), storage.ErrDuplicate)
	})
}

func TestRule_Message(t *testing.T) {
	t.Parallel()
	r := quality.Required("I002", "customer", "size", nil)
	require.Equal(t, "size is missing", r.Message("en-GB"))
	require.Equal(t, "缺少 size", r.Message("zh-Hans"))
	r.NameZH = "未填写公司规模"
	require.Equal(t, "未填写公司规模", r.Message("ZH"))
	require.Equal(t, "未填写公司规模", r.Message("fr"))
	r.NameEN = "no size"
	require.Equal(t, "no size", r.Message(""))
	plain := &quality.Rule{Code: "X1", Class: quality.Inconsistent}
	require.Equal(t, "it breaks rule X1", plain.Message("en"))
	require.Equal(t, "不符合规则 X1", plain.Message("zh-CN"))
}

func TestPresets_FitTheirKinds(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, put(t, acme, ann, quality.Rules, quality.Presets()...))
		for _, r := range quality.Presets() {
			require.NotEqual(t, r.Message("en"), r.Message("zh"), r.Code)
		}
	})
}
