package org.fieldstream.server.measurement;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite says, in words that name the file and the remedy. */
final class StoreFailure {
  private StoreFailure() {}

  /** SQLite's own code. */
  static SQLiteErrorCode code(SQLException e) {
    return e instanceof SQLiteException known
        ? known.getResultCode()
        : SQLiteErrorCode.getErrorCode(e.getErrorCode());
  }

  /** The failure as the server tells it. */
  static StoreException explain(Path file, SQLException e) {
    return switch (code(e)) {
      case SQLITE_FULL ->
          StoreException.full(
              "storage: "
                  + file
                  + " or its disk is full (expected: room; make some, or raise"
                  + " measurement.storeBytes)",
              e);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          StoreException.broken(
              file
                  + ": another program writes to it (expected: only readers beside the server; end"
                  + " that program)",
              e);
      case SQLITE_NOTADB, SQLITE_CORRUPT ->
          StoreException.broken(
              file
                  + ": damaged (remedy: move it away, after the sqlite3 program's .recover has"
                  + " saved what can be read): "
                  + e.getMessage(),
              e);
      default ->
          StoreException.broken(
              file + ": cannot be used (expected: a file this server can write): " + reason(e), e);
    };
  }

  /** A message, also of an exception that has none. */
  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
