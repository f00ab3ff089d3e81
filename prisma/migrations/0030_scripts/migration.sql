-- CreateTable
CREATE TABLE "healing_script" (
    "script_name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "parameters" JSON NOT NULL,
    "submitted_by" TEXT NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" TEXT NOT NULL DEFAULT 'submitted',
    "reviewed_by" TEXT,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_comment" TEXT,

    CONSTRAINT "healing_script_pkey" PRIMARY KEY ("script_name","version")
);

-- From here on: what the schema file cannot say.

ALTER TABLE "healing_script" ADD CONSTRAINT "healing_script_status_check" CHECK ("status" IN ('submitted', 'approved', 'returned'));
-- Nobody approves a script of their own.
ALTER TABLE "healing_script" ADD CONSTRAINT "healing_script_second_person_check" CHECK
  ("status" = 'submitted' OR ("reviewed_by" IS NOT NULL AND "reviewed_by" <> "submitted_by"));
ALTER TABLE "healing_script" ADD CONSTRAINT "healing_script_sha256_check" CHECK
  ("sha256" = encode(sha256(convert_to("content", 'UTF8')), 'hex'));

CREATE FUNCTION "healing_script_stays"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."status" <> 'submitted' THEN
    RAISE EXCEPTION 'script % % is %', OLD."script_name", OLD."version", OLD."status" USING CONSTRAINT = 'healing_script_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "healing_script_stays" BEFORE UPDATE ON "healing_script"
  FOR EACH ROW EXECUTE FUNCTION "healing_script_stays"();

GRANT SELECT, INSERT ON "healing_script" TO "afterbell_app";
-- Of a script, only its review may be added.
GRANT UPDATE ("status", "reviewed_by", "reviewed_at", "review_comment") ON "healing_script" TO "afterbell_app";
