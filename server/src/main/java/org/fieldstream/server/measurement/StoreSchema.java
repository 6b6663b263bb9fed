package org.fieldstream.server.measurement;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the measurements, and how SQLite is to keep them. */
final class StoreSchema {
  private static final int FORMAT = 1;

  /** Pages of the log before it is written back: with SQLite's 1,000 it would be all the time. */
  private static final int CHECKPOINT_PAGES = 10_000;

  private static final int CACHE_KIB = 64 << 10;

  /** How long to wait for another program that writes to the file; readers hinder nobody. */
  private static final int PATIENCE_MILLIS = 10_000;

  private static final String[] SCHEMA = {
    "CREATE TABLE series(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
        + " components INTEGER NOT NULL, weighted INTEGER NOT NULL) STRICT",
    "CREATE TABLE measurement(series INTEGER NOT NULL REFERENCES series(number),"
        + " replica INTEGER NOT NULL, configuration INTEGER NOT NULL, log_weight REAL,"
        + " vals BLOB NOT NULL, PRIMARY KEY(series, replica, configuration)) STRICT, WITHOUT ROWID",
    "PRAGMA user_version=" + FORMAT
  };

  private StoreSchema() {}

  /**
   * Prepares a connection; makes the tables in a new file.
   *
   * @param storeBytes the file's size is bounded by this, in bytes
   * @throws StoreException if the file is of another format
   */
  static void prepare(Connection connection, Path file, long storeBytes)
      throws SQLException, StoreException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout=" + PATIENCE_MILLIS);
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
      statement.execute("PRAGMA cache_size=-" + CACHE_KIB);
      int format = number(statement, "PRAGMA user_version");
      if (format != FORMAT && (format != 0 || number(statement, "PRAGMA schema_version") != 0)) {
        throw StoreException.broken(
            file + ": format " + format + " (expected: " + FORMAT + ", as this version writes it)",
            new SQLException("user_version"));
      }
      int pageBytes = number(statement, "PRAGMA page_size");
      statement.execute(
          "PRAGMA max_page_count=" + Math.min(storeBytes / pageBytes, (1L << 32) - 2));
      if (format == 0) {
        statement.execute("BEGIN IMMEDIATE");
        for (String step : SCHEMA) {
          statement.execute(step);
        }
        statement.execute("COMMIT");
      }
    }
  }

  private static int number(Statement statement, String question) throws SQLException {
    try (ResultSet answer = statement.executeQuery(question)) {
      return answer.next() ? answer.getInt(1) : 0;
    }
  }
}
