-- 1 schema
CREATE SCHEMA IF NOT EXISTS "public";

-- 2 layout
CREATE TABLE IF NOT EXISTS "public"."_layout" (
	name text COLLATE "C" PRIMARY KEY,
	value text COLLATE "C" NOT NULL
);

-- 3 layout lease
INSERT INTO "public"."_layout" (name, value) VALUES ('lease', '') ON CONFLICT DO NOTHING;

-- 4 table custom_field
CREATE TABLE IF NOT EXISTS "public"."custom_field" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"kind" text COLLATE "C",
	"name" text COLLATE "C",
	"label" text COLLATE "C",
	"type" text COLLATE "C",
	"target" text COLLATE "C",
	"options" text[] COLLATE "C",
	"required" boolean NOT NULL DEFAULT false,
	"unique_value" boolean NOT NULL DEFAULT false,
	"archived" boolean NOT NULL DEFAULT false,
	"personal" boolean NOT NULL DEFAULT false,
	PRIMARY KEY (tenant, id)
);

-- 5 index custom_field.kind.name
CREATE UNIQUE INDEX IF NOT EXISTS "custom_field.kind.name" ON "public"."custom_field" (tenant, "kind", "name") WHERE deleted_at IS NULL;

-- 6 table custom_kind
CREATE TABLE IF NOT EXISTS "public"."custom_kind" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"name" text COLLATE "C",
	"label" text COLLATE "C",
	PRIMARY KEY (tenant, id)
);

-- 7 index custom_kind.name
CREATE UNIQUE INDEX IF NOT EXISTS "custom_kind.name" ON "public"."custom_kind" (tenant, "name") WHERE deleted_at IS NULL;

-- 8 table entity
CREATE TABLE IF NOT EXISTS "public"."entity" (
	tenant text COLLATE "C" NOT NULL,
	_kind text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	custom jsonb,
	_folded jsonb,
	_terms bigint[],
	PRIMARY KEY (tenant, _kind, id)
);

-- 9 index entity._terms
CREATE INDEX IF NOT EXISTS "entity._terms" ON "public"."entity" USING gin (_terms) WITH (fastupdate = off);

-- 10 table change
CREATE TABLE IF NOT EXISTS "public"."change" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"position" bigint NOT NULL DEFAULT 0,
	"tx" uuid,
	"actor" text COLLATE "C",
	"action" text COLLATE "C",
	"reason" text COLLATE "C",
	"kind" text COLLATE "C",
	"record" uuid,
	"record_version" bigint NOT NULL DEFAULT 0,
	"op" text COLLATE "C",
	"fields" text[] COLLATE "C",
	"values" text COLLATE "C",
	"salt" text COLLATE "C",
	"digest" text COLLATE "C",
	"hash" text COLLATE "C",
	PRIMARY KEY (tenant, id)
);

-- 11 index change.position
CREATE INDEX IF NOT EXISTS "change.position" ON "public"."change" (tenant, "position", id);

-- 12 index change.record
CREATE INDEX IF NOT EXISTS "change.record" ON "public"."change" (tenant, "record" NULLS FIRST, id);

-- 13 table unique_key
CREATE TABLE IF NOT EXISTS "public"."unique_key" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"owner" uuid,
	PRIMARY KEY (tenant, id)
);

-- 14 table vocabulary
CREATE TABLE IF NOT EXISTS "public"."vocabulary" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"mark" uuid,
	PRIMARY KEY (tenant, id)
);

-- 15 table log_head
CREATE TABLE IF NOT EXISTS "public"."log_head" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"position" bigint NOT NULL DEFAULT 0,
	"hash" text COLLATE "C",
	PRIMARY KEY (tenant, id)
);

-- 16 table log_cursor
CREATE TABLE IF NOT EXISTS "public"."log_cursor" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"name" text COLLATE "C",
	"position" bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, id)
);

-- 17 table kit_account
CREATE TABLE IF NOT EXISTS "public"."kit_account" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"name" text COLLATE "C",
	"code" text COLLATE "C",
	"note" text COLLATE "C",
	"region" text COLLATE "C",
	"number" bigint NOT NULL DEFAULT 0,
	"visits" bigint NOT NULL DEFAULT 0,
	"age" bigint,
	"balance" numeric NOT NULL DEFAULT 0,
	"credit" numeric,
	"active" boolean NOT NULL DEFAULT false,
	"agreed" boolean,
	"seen" timestamptz,
	"born" date,
	"boss" uuid,
	"loose" uuid,
	"tags" text[] COLLATE "C",
	"extra" text COLLATE "C",
	custom jsonb,
	_folded jsonb,
	_terms bigint[],
	PRIMARY KEY (tenant, id)
);

-- 18 index kit_account.name
CREATE INDEX IF NOT EXISTS "kit_account.name" ON "public"."kit_account" (tenant, "name" NULLS FIRST, id);

-- 19 index kit_account.code
CREATE UNIQUE INDEX IF NOT EXISTS "kit_account.code" ON "public"."kit_account" (tenant, "code") WHERE deleted_at IS NULL;

-- 20 index kit_account.visits
CREATE INDEX IF NOT EXISTS "kit_account.visits" ON "public"."kit_account" (tenant, "visits", id);

-- 21 index kit_account.age
CREATE INDEX IF NOT EXISTS "kit_account.age" ON "public"."kit_account" (tenant, "age" NULLS FIRST, id);

-- 22 index kit_account.balance
CREATE INDEX IF NOT EXISTS "kit_account.balance" ON "public"."kit_account" (tenant, "balance", id);

-- 23 index kit_account.seen
CREATE INDEX IF NOT EXISTS "kit_account.seen" ON "public"."kit_account" (tenant, "seen" NULLS FIRST, id);

-- 24 index kit_account.born
CREATE INDEX IF NOT EXISTS "kit_account.born" ON "public"."kit_account" (tenant, "born" NULLS FIRST, id);

-- 25 index kit_account.boss
CREATE INDEX IF NOT EXISTS "kit_account.boss" ON "public"."kit_account" (tenant, "boss" NULLS FIRST, id);

-- 26 index kit_account.region.number
CREATE UNIQUE INDEX IF NOT EXISTS "kit_account.region.number" ON "public"."kit_account" (tenant, "region", "number") WHERE deleted_at IS NULL;

-- 27 index kit_account.region.visits
CREATE INDEX IF NOT EXISTS "kit_account.region.visits" ON "public"."kit_account" (tenant, "region" NULLS FIRST, "visits", id);

-- 28 index kit_account._terms
CREATE INDEX IF NOT EXISTS "kit_account._terms" ON "public"."kit_account" USING gin (_terms) WITH (fastupdate = off);

-- 29 table kit_order
CREATE TABLE IF NOT EXISTS "public"."kit_order" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"account" uuid,
	"product" text COLLATE "C",
	"amount" numeric,
	"pieces" bigint,
	"placed" timestamptz,
	custom jsonb,
	_folded jsonb,
	_terms bigint[],
	PRIMARY KEY (tenant, id)
);

-- 30 index kit_order.account
CREATE INDEX IF NOT EXISTS "kit_order.account" ON "public"."kit_order" (tenant, "account" NULLS FIRST, id);

-- 31 index kit_order.account.placed
CREATE INDEX IF NOT EXISTS "kit_order.account.placed" ON "public"."kit_order" (tenant, "account" NULLS FIRST, "placed" NULLS FIRST, id);

-- 32 index kit_order._terms
CREATE INDEX IF NOT EXISTS "kit_order._terms" ON "public"."kit_order" USING gin (_terms) WITH (fastupdate = off);

-- 33 table kit_job
CREATE TABLE IF NOT EXISTS "public"."kit_job" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"payload" text COLLATE "C",
	"due" timestamptz,
	"until" timestamptz,
	"done" boolean NOT NULL DEFAULT false,
	PRIMARY KEY (tenant, id)
);

-- 34 index kit_job.due
CREATE INDEX IF NOT EXISTS "kit_job.due" ON "public"."kit_job" (tenant, "due" NULLS FIRST, id);

-- 35 table kit_counter
CREATE TABLE IF NOT EXISTS "public"."kit_counter" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"name" text COLLATE "C",
	"count" bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant, id)
);

-- 36 index kit_counter.name
CREATE UNIQUE INDEX IF NOT EXISTS "kit_counter.name" ON "public"."kit_counter" (tenant, "name") WHERE deleted_at IS NULL;

-- 37 table kit_note
CREATE TABLE IF NOT EXISTS "public"."kit_note" (
	tenant text COLLATE "C" NOT NULL,
	"id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamptz NOT NULL,
	"updated_at" timestamptz NOT NULL,
	"deleted_at" timestamptz,
	"account" uuid,
	"above" uuid,
	"text" text COLLATE "C",
	"key" text COLLATE "C",
	"words" bigint NOT NULL DEFAULT 0,
	custom jsonb,
	_folded jsonb,
	_terms bigint[],
	PRIMARY KEY (tenant, id)
);

-- 38 index kit_note.account
CREATE INDEX IF NOT EXISTS "kit_note.account" ON "public"."kit_note" (tenant, "account" NULLS FIRST, id);

-- 39 index kit_note.above
CREATE INDEX IF NOT EXISTS "kit_note.above" ON "public"."kit_note" (tenant, "above" NULLS FIRST, id);

-- 40 index kit_note.key
CREATE INDEX IF NOT EXISTS "kit_note.key" ON "public"."kit_note" (tenant, "key" NULLS FIRST, id);

-- 41 index kit_note._terms
CREATE INDEX IF NOT EXISTS "kit_note._terms" ON "public"."kit_note" USING gin (_terms) WITH (fastupdate = off);

