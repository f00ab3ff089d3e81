-- What became of a hand-off. The queue may forget its jobs; this row stays.
CREATE TABLE "hand_off_receipt" (
    "outbox_id" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "status" INTEGER,
    "detail" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hand_off_receipt_pkey" PRIMARY KEY ("outbox_id")
);

-- AddForeignKey
ALTER TABLE "hand_off_receipt" ADD CONSTRAINT "hand_off_receipt_outbox_id_fkey" FOREIGN KEY ("outbox_id") REFERENCES "outbox"("outbox_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- From here on: what the schema file cannot say.

ALTER TABLE "hand_off_receipt" ADD CONSTRAINT "hand_off_receipt_outcome_check" CHECK ("outcome" IN ('delivered', 'failed'));
ALTER TABLE "hand_off_receipt" ADD CONSTRAINT "hand_off_receipt_attempts_check" CHECK ("attempts" >= 1);

-- A failed hand-off that is tried again by hand may still be delivered; what was delivered stays so.
CREATE FUNCTION "hand_off_receipt_stays"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."outcome" = 'delivered' THEN
    RAISE EXCEPTION 'hand-off % is delivered', OLD."outbox_id" USING CONSTRAINT = 'hand_off_receipt_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "hand_off_receipt_stays" BEFORE UPDATE ON "hand_off_receipt"
  FOR EACH ROW EXECUTE FUNCTION "hand_off_receipt_stays"();

GRANT SELECT, INSERT, UPDATE ON "hand_off_receipt" TO "afterbell_app";
