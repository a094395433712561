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
  // Workers get their own role, which sees no table with files or grades; grades are signed.
  `
  ALTER TABLE backprop.result ADD COLUMN signature text;
  ALTER TABLE backprop.attempt ADD COLUMN role name NOT NULL DEFAULT session_user;
  ALTER TABLE backprop.worker ADD COLUMN role name NOT NULL DEFAULT session_user;
  ALTER TABLE backprop.worker DROP CONSTRAINT worker_pkey, ADD PRIMARY KEY (role, name);
  CREATE TABLE backprop.allowed_role (name name PRIMARY KEY);
  DROP FUNCTION backprop.finish;

  CREATE OR REPLACE FUNCTION backprop.hello(its_name text, its_about jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO backprop.worker (role, name, about) VALUES (session_user, its_name, its_about)
    ON CONFLICT (role, name) DO UPDATE SET about = excluded.about, seen_at = now()
  $$;

  -- The job must have been fetched, and not be another role's.
  CREATE OR REPLACE FUNCTION backprop.take(its_id uuid, its_attempt integer, its_worker text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE its_payload text;
  BEGIN
    SELECT payload INTO its_payload FROM backprop.job WHERE id = its_id FOR SHARE;
    IF its_payload IS NULL OR NOT EXISTS (
      SELECT FROM backprop_boss.job WHERE id = its_id AND state = 'active' AND retry_count = its_attempt
    ) THEN RETURN NULL; END IF;
    INSERT INTO backprop.attempt (job, attempt, worker, role) VALUES (its_id, its_attempt, its_worker, session_user)
    ON CONFLICT DO NOTHING;
    RETURN (
      SELECT its_payload FROM backprop.attempt
      WHERE job = its_id AND attempt = its_attempt AND worker = its_worker AND role = session_user
    );
  END
  $$;

  -- Keeps the first grade of a job, even if the job went to another worker in the meantime; false for any other one.
  CREATE FUNCTION backprop.finish(its_id uuid, its_attempt integer, its_grade text, its_signature text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE its_key text; its_worker text;
  BEGIN
    SELECT job.key, attempt.worker INTO its_key, its_worker
    FROM backprop.job JOIN backprop.attempt ON attempt.job = job.id
    WHERE job.id = its_id AND attempt.attempt = its_attempt AND attempt.role = session_user FOR UPDATE OF job;
    IF its_key IS NULL THEN RETURN false; END IF;
    INSERT INTO backprop.result (key, grade, worker, signature)
    VALUES (its_key, its_grade, its_worker, its_signature) ON CONFLICT DO NOTHING;
    DELETE FROM backprop.job WHERE id = its_id;
    RETURN true;
  END
  $$;

  CREATE OR REPLACE FUNCTION backprop.give_up(its_id uuid, its_attempt integer, its_log text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE backprop.attempt SET log = its_log
    WHERE job = its_id AND attempt = its_attempt AND role = session_user AND log IS NULL
  $$;

  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA backprop FROM PUBLIC;

  -- What a worker's role may do: of the library's jobs it sees no data and can't add or delete any; what they are about
  -- goes through the functions above.
  CREATE FUNCTION backprop.allow_worker(its_role name) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO backprop.allowed_role (name) VALUES (its_role) ON CONFLICT DO NOTHING;
    EXECUTE format('GRANT USAGE ON SCHEMA backprop, backprop_boss TO %I', its_role);
    EXECUTE format(
      'GRANT SELECT ON backprop.version, backprop.queue, backprop_boss.version, backprop_boss.queue TO %I', its_role
    );
    EXECUTE format('GRANT SELECT ON backprop_boss.job_common TO %I', its_role);
    EXECUTE format(
      'GRANT UPDATE (state, started_on, heartbeat_on, retry_count, completed_on, output, blocked, pending_dependencies)
       ON backprop_boss.job_common TO %I', its_role
    );
    EXECUTE format(
      'GRANT EXECUTE ON FUNCTION backprop.hello, backprop.take, backprop.finish, backprop.give_up TO %I', its_role
    );
  END
  $$;
  REVOKE ALL ON FUNCTION backprop.allow_worker FROM PUBLIC;
  `,
  // Someone with a worker's password can't make what coordinators read too large for them.
  `
  ALTER TABLE backprop.result
    ADD CONSTRAINT "a grade has at most 4 million characters" CHECK (length(grade) <= 4000000) NOT VALID,
    ADD CONSTRAINT "a signature has at most 200 characters" CHECK (length(signature) <= 200) NOT VALID;
  ALTER TABLE backprop.attempt
    ADD CONSTRAINT "a log has at most 50000 characters" CHECK (length(log) <= 50000) NOT VALID,
    ADD CONSTRAINT "a worker's name has at most 200 characters" CHECK (length(worker) <= 200) NOT VALID;
  ALTER TABLE backprop.worker
    ADD CONSTRAINT "a worker's name has at most 200 characters" CHECK (length(name) <= 200) NOT VALID,
    ADD CONSTRAINT "a worker's abilities have at most 20000 characters" CHECK (length(about::text) <= 20000) NOT VALID;

  -- Each start of a worker may bring a new name: of each role, the latest are enough.
  CREATE OR REPLACE FUNCTION backprop.hello(its_name text, its_about jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM backprop.worker WHERE role = session_user AND name IN (
      SELECT name FROM backprop.worker WHERE role = session_user ORDER BY seen_at DESC OFFSET 500
    );
    INSERT INTO backprop.worker (role, name, about) VALUES (session_user, its_name, its_about)
    ON CONFLICT (role, name) DO UPDATE SET about = excluded.about, seen_at = now();
  $$;

  -- Without a log, the worker only stops: the job waits again, and this was no attempt.
  CREATE OR REPLACE FUNCTION backprop.give_up(its_id uuid, its_attempt integer, its_log text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    IF its_log IS NOT NULL THEN
      UPDATE backprop.attempt SET log = its_log
      WHERE job = its_id AND attempt = its_attempt AND role = session_user AND log IS NULL;
      RETURN;
    END IF;
    DELETE FROM backprop.attempt
    WHERE job = its_id AND attempt = its_attempt AND role = session_user AND log IS NULL;
    IF FOUND THEN
      UPDATE backprop_boss.job SET state = 'retry', started_on = NULL, heartbeat_on = NULL
      WHERE id = its_id AND state = 'active' AND retry_count = its_attempt;
    END IF;
  END
  $$;
  `,
]
