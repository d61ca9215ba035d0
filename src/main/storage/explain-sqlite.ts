import { problem, ProblemError, problemOf, type Problem } from "../../contract/errors.ts";

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const code = { busy: 5, readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 };

/** What a thrown SQLite error means to people. */
export function explainSqlite(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  switch (primaryCode(thrown)) {
    case code.full:
      return problem("DISK_FULL", "The disk is full: nothing more can be stored.", "Free some space.", thrown);
    case code.io:
      return problem(
        "UNAVAILABLE",
        "The database's disk answers with errors.",
        "Check the disk that holds $COXSWAIN_HOME, and that it has space left.",
        thrown,
      );
    case code.busy:
      return problem(
        "UNAVAILABLE",
        "Another program holds the database.",
        "Close the program that has coxswain.db open.",
        thrown,
      );
    case code.readOnly:
    case code.cannotOpen:
      return problem(
        "UNAVAILABLE",
        "The database can not be opened for writing.",
        "Check that $COXSWAIN_HOME exists, belongs to you and is not mounted read-only.",
        thrown,
      );
    case code.corrupt:
    case code.notADatabase:
      return damaged(thrown);
    default:
      return problemOf(thrown);
  }
}

export function damaged(cause: unknown): Problem {
  return problem(
    "UNAVAILABLE",
    "The database is damaged.",
    "Put it aside, and a backup in its place if there is one: mkdir $COXSWAIN_HOME/damaged && mv $COXSWAIN_HOME/coxswain.db* $COXSWAIN_HOME/damaged/ && npm start. Worktrees and branches are not touched.",
    cause,
  );
}

/** The lower byte of an extended result code; node:sqlite puts that on its errors as `errcode`. */
function primaryCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("errcode" in thrown) || typeof thrown.errcode !== "number") return undefined;
  return thrown.errcode & 0xff;
}
