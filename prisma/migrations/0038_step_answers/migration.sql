-- What the world answered a step, where its output does not say it; for test data and back-tests.
ALTER TABLE "step_run" ADD COLUMN "answer" JSON;
