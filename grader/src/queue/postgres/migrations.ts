/**
 * Our tables, beside those of pg-boss: what a job is, and its result. A migration that was released is never changed: add
 * another. Files and grades are JSON as text, because `jsonb` refuses characters that a student's program may print.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE backprop.queue (
    name text PRIMARY KEY,
    demands text NOT NULL
  );

  -- A job is here until it has a result. Its id is that of the library's job.
  CREATE TABLE backprop.job (
    key text PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    queue text NOT NULL REFERENCES backprop.queue (name),
    payload text NOT NULL,
    -- Why it is not tried any more: the log of its attempts.
    set_aside text,
    put_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE TABLE backprop.result (
    key text PRIMARY KEY,
    grade text NOT NULL,
    worker text NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX result_finished_at ON backprop.result (finished_at);

  -- Which worker took a job when, and why there was no grade. \`attempt\` is the library's count of retries.
  CREATE TABLE backprop.attempt (
    job uuid NOT NULL REFERENCES backprop.job (id) ON DELETE CASCADE,
    attempt integer NOT NULL,
    worker text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    log text,
    is_settled boolean NOT NULL DEFAULT false,
    PRIMARY KEY (job, attempt)
  );
  CREATE INDEX attempt_failed ON backprop.attempt (job) WHERE log IS NOT NULL AND NOT is_settled;

  CREATE TABLE backprop.worker (
    name text PRIMARY KEY,
    about jsonb NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE FUNCTION backprop.hello(its_name text, its_about jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO backprop.worker (name, about) VALUES (its_name, its_about)
    ON CONFLICT (name) DO UPDATE SET about = excluded.about, seen_at = now()
  $$;

  -- The files of a job that a worker has just fetched from the library's queue; null if they are not needed any more.
  CREATE FUNCTION backprop.take(its_id uuid, its_attempt integer, its_worker text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE its_payload text;
  BEGIN
    SELECT payload INTO its_payload FROM backprop.job WHERE id = its_id FOR SHARE;
    IF its_payload IS NULL THEN RETURN NULL; END IF;
    INSERT INTO backprop.attempt (job, attempt, worker) VALUES (its_id, its_attempt, its_worker)
    ON CONFLICT DO NOTHING;
    RETURN its_payload;
  END
  $$;

  -- Keeps the first grade of a job, even if the job went to another worker in the meantime; false for any other one.
  CREATE FUNCTION backprop.finish(its_id uuid, its_attempt integer, its_grade text) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE its_key text; its_worker text;
  BEGIN
    SELECT job.key, attempt.worker INTO its_key, its_worker
    FROM backprop.job JOIN backprop.attempt ON attempt.job = job.id
    WHERE job.id = its_id AND attempt.attempt = its_attempt FOR UPDATE OF job;
    IF its_key IS NULL THEN RETURN false; END IF;
    INSERT INTO backprop.result (key, grade, worker) VALUES (its_key, its_grade, its_worker) ON CONFLICT DO NOTHING;
    DELETE FROM backprop.job WHERE id = its_id;
    RETURN true;
  END
  $$;

  CREATE FUNCTION backprop.give_up(its_id uuid, its_attempt integer, its_log text) RETURNS void LANGUAGE sql AS $$
    UPDATE backprop.attempt SET log = its_log WHERE job = its_id AND attempt = its_attempt AND log IS NULL
  $$;
  `,
]
