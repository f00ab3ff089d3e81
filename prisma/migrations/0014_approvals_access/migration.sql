-- Approvals by levels, moves, delegation; temporary access.

-- AlterTable
ALTER TABLE "approval" ADD COLUMN "levels" JSON NOT NULL DEFAULT '[]',
ADD COLUMN "copy_to" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "applicant_id" TEXT,
ADD COLUMN "on_deadline" TEXT NOT NULL DEFAULT 'expire',
ADD COLUMN "deadline_ms" BIGINT,
ADD COLUMN "asked" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "last_sequence" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN "sequence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "seat_id" TEXT NOT NULL DEFAULT '',
ADD COLUMN "roles" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "on_behalf_of" TEXT,
ADD COLUMN "behalf_roles" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "approval_move" (
    "move_id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "attempt_nonce" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "roles" TEXT[],
    "on_behalf_of" TEXT,
    "behalf_roles" TEXT[],
    "act" JSON NOT NULL,
    "comment" TEXT NOT NULL,
    "moved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acknowledged_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_move_pkey" PRIMARY KEY ("move_id")
);

-- CreateTable
CREATE TABLE "delegation" (
    "delegation_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "delegate_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "delegation_pkey" PRIMARY KEY ("delegation_id")
);

-- CreateTable
CREATE TABLE "access_grant" (
    "grant_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "run_id" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "granted_by" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "end_reason" TEXT,

    CONSTRAINT "access_grant_pkey" PRIMARY KEY ("grant_id")
);

-- What there was before: one level, decisions in the order of their time, each person in the own seat.
UPDATE "decision" SET "seat_id" = "person_id",
  "roles" = COALESCE((SELECT "roles" FROM "person" WHERE "person"."person_id" = "decision"."person_id"), ARRAY[]::TEXT[]),
  "sequence" = numbered."place"
  FROM (SELECT "decision_id", row_number() OVER (PARTITION BY "approval_id" ORDER BY "decided_at", "decision_id") AS "place"
        FROM "decision") AS numbered
  WHERE numbered."decision_id" = "decision"."decision_id";
UPDATE "approval" SET "asked" = "candidates",
  "last_sequence" = (SELECT count(*) FROM "decision" WHERE "decision"."approval_id" = "approval"."approval_id");
ALTER TABLE "decision" ALTER COLUMN "sequence" DROP DEFAULT, ALTER COLUMN "seat_id" DROP DEFAULT;

-- CreateIndex
CREATE UNIQUE INDEX "decision_once_per_seat_key" ON "decision"("approval_id", "attempt_nonce", "seat_id");

-- CreateIndex
CREATE UNIQUE INDEX "decision_sequence_key" ON "decision"("approval_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "approval_move_sequence_key" ON "approval_move"("approval_id", "sequence");

-- CreateIndex
CREATE INDEX "delegation_delegate_id_ends_at_idx" ON "delegation"("delegate_id", "ends_at");

-- CreateIndex
CREATE INDEX "access_grant_person_id_ends_at_idx" ON "access_grant"("person_id", "ends_at");

-- CreateIndex
CREATE INDEX "access_grant_created_at_grant_id_idx" ON "access_grant"("created_at", "grant_id");

-- AddForeignKey
ALTER TABLE "approval_move" ADD CONSTRAINT "approval_move_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("approval_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.
ALTER TABLE "approval" DROP CONSTRAINT "approval_status_check";
ALTER TABLE "approval" ADD CONSTRAINT "approval_status_check"
  CHECK ("status" IN ('open', 'approved', 'refused', 'returned', 'withdrawn', 'expired', 'cancelled', 'voided'));
ALTER TABLE "approval" DROP CONSTRAINT "approval_rule_check";
ALTER TABLE "approval" ADD CONSTRAINT "approval_rule_check" CHECK ("rule" IN ('any', 'all', 'at-least'));
ALTER TABLE "approval" ADD CONSTRAINT "approval_on_deadline_check" CHECK ("on_deadline" IN ('expire', 'remind', 'escalate'));
ALTER TABLE "approval_move" ADD CONSTRAINT "approval_move_act_check" CHECK ("act" ->> 'kind'
  IN ('add-sign', 'transfer', 'return', 'withdraw', 'change', 'copy', 'remind', 'escalate'));
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_span_check" CHECK ("ends_at" > "starts_at");
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_other_person_check" CHECK ("person_id" <> "delegate_id");

-- A temporary right is temporary: at most eight hours, whoever writes it.
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_span_check"
  CHECK ("ends_at" > "starts_at" AND "ends_at" <= "starts_at" + interval '8 hours');
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_kind_check" CHECK ("kind" IN ('role', 'permission'));
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_end_check" CHECK (("ended_at" IS NULL) = ("ended_by" IS NULL));

-- Four eyes hold for seats too: nobody's delegate decides what this person may not.
ALTER TABLE "decision" ADD CONSTRAINT "decision_not_for_requester_check" CHECK ("seat_id" <> "requester_id");
ALTER TABLE "decision" ADD CONSTRAINT "decision_not_for_author_check" CHECK ("seat_id" <> "author_id");
CREATE FUNCTION "decision_not_by_applicant"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "approval" WHERE "approval_id" = NEW."approval_id"
             AND "applicant_id" IN (NEW."person_id", NEW."seat_id", NEW."on_behalf_of")) THEN
    RAISE EXCEPTION 'the applicant may not decide' USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_not_by_applicant';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "decision_not_by_applicant" BEFORE INSERT ON "decision"
  FOR EACH ROW EXECUTE FUNCTION "decision_not_by_applicant"();

-- Approvals keep what was asked; where they stand (status, deadline, who is asked now, copies) moves on.
CREATE OR REPLACE FUNCTION "approval_keep_content"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."approval_id", NEW."run_id", NEW."command_id", NEW."pointer", NEW."title", NEW."content"::text, NEW."content_hash",
      NEW."attempt_nonce", NEW."rule", NEW."candidates", NEW."requester_id", NEW."author_id", NEW."opened_at", NEW."levels"::text,
      NEW."applicant_id", NEW."on_deadline", NEW."deadline_ms")
    IS DISTINCT FROM
     (OLD."approval_id", OLD."run_id", OLD."command_id", OLD."pointer", OLD."title", OLD."content"::text, OLD."content_hash",
      OLD."attempt_nonce", OLD."rule", OLD."candidates", OLD."requester_id", OLD."author_id", OLD."opened_at", OLD."levels"::text,
      OLD."applicant_id", OLD."on_deadline", OLD."deadline_ms")
  THEN
    RAISE EXCEPTION 'an approval keeps its content' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE INDEX "approval_asked_idx" ON "approval" USING gin ("asked") WHERE "status" = 'open';
CREATE INDEX "approval_move_unacknowledged_idx" ON "approval_move" ("moved_at") WHERE "acknowledged_at" IS NULL;
CREATE TRIGGER "approval_move_no_delete" BEFORE DELETE OR TRUNCATE ON "approval_move"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "access_grant_no_delete" BEFORE DELETE OR TRUNCATE ON "access_grant"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

GRANT SELECT, INSERT ON "approval_move", "delegation", "access_grant" TO "afterbell_app";
GRANT UPDATE ("acknowledged_at") ON "approval_move" TO "afterbell_app";
GRANT UPDATE ("ended_at") ON "delegation" TO "afterbell_app";
-- Of a grant, only that it ended early may be added: nobody makes one longer.
GRANT UPDATE ("ended_at", "ended_by", "end_reason") ON "access_grant" TO "afterbell_app";
