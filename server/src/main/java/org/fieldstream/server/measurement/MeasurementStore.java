package org.fieldstream.server.measurement;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * The measurements on disk: an SQLite database in WAL mode that flushes its log at each commit. A
 * row of {@code measurement} holds a series' number, replica, configuration id, log weight (or
 * NULL) and the values as little-endian doubles; {@code series} says which number has which name.
 *
 * <p>Confined to one thread. Everything between two commits becomes durable together or not at all.
 */
final class MeasurementStore implements AutoCloseable {
  static final String FILE = "measurements.db";

  /**
   * Rows of one statement: with one row each, the calls into the library cost more than it does.
   */
  private static final int ROWS = 32;

  private static final int COLUMNS = 5;

  private static final String SELECT =
      "SELECT series, replica, configuration, log_weight, vals FROM measurement";

  /**
   * A series as it is stored.
   *
   * @param number its key
   * @param name its name
   * @param components numbers in each of its values
   * @param weighted whether its measurements carry log weights
   */
  record Stored(int number, String name, int components, boolean weighted) {}

  /**
   * A measurement of a known series.
   *
   * @param logWeight 0 where there is none
   */
  record Row(
      int series,
      long replica,
      long configuration,
      boolean weighted,
      double logWeight,
      byte[] values) {
    /** The values as numbers. */
    double[] numbers() {
      double[] numbers = new double[values.length / Double.BYTES];
      ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(numbers);
      return numbers;
    }

    /** Whether another row says the same, bit for bit. */
    boolean says(Row other) {
      return weighted == other.weighted
          && Double.doubleToRawLongBits(logWeight) == Double.doubleToRawLongBits(other.logWeight)
          && java.util.Arrays.equals(values, other.values);
    }
  }

  /** Takes rows in order. */
  interface RowSink {
    void take(Row row);
  }

  /** The statements; the library closes one that fails, so they are made anew after a failure. */
  private record Statements(
      PreparedStatement insertOne,
      PreparedStatement insertMany,
      PreparedStatement insertSeries,
      PreparedStatement find,
      PreparedStatement page) {

    static Statements prepare(Connection connection) throws SQLException {
      String insert = "INSERT INTO measurement VALUES (?,?,?,?,?)";
      return new Statements(
          connection.prepareStatement(insert),
          connection.prepareStatement(insert + ",(?,?,?,?,?)".repeat(ROWS - 1)),
          connection.prepareStatement("INSERT INTO series VALUES (?,?,?,?)"),
          connection.prepareStatement(SELECT + " WHERE series=? AND replica=? AND configuration=?"),
          connection.prepareStatement(
              SELECT
                  + " WHERE series=? AND (replica, configuration)>(?,?)"
                  + " ORDER BY replica, configuration LIMIT ?"));
    }

    void close() throws SQLException {
      for (PreparedStatement statement : List.of(insertOne, insertMany, insertSeries, find, page)) {
        statement.close();
      }
    }
  }

  private final Path file;
  private final StoreLock lock;
  private final Connection connection;
  private final List<Row> pending = new ArrayList<>(ROWS);
  private Statements statements;

  private MeasurementStore(Path file, StoreLock lock, Connection connection) throws SQLException {
    this.file = file;
    this.lock = lock;
    this.connection = connection;
    this.statements = Statements.prepare(connection);
  }

  /** Whether a data directory holds measurements. */
  static boolean exists(Path data) {
    return Files.exists(data.resolve(FILE));
  }

  /**
   * Opens the measurements of a data directory, which is made if need be.
   *
   * @param storeBytes the file's size is bounded by this, in bytes
   * @throws StoreException where that cannot be done, with the remedy
   */
  static MeasurementStore open(Path data, long storeBytes) throws StoreException {
    StoreLock lock;
    try {
      Files.createDirectories(data);
      lock = StoreLock.take(data);
    } catch (IOException e) {
      throw StoreException.broken(
          "data.directory: "
              + data
              + " (expected: a directory this server can write to, chosen with --data): "
              + StoreFailure.reason(e),
          e);
    }
    Path file = data.resolve(FILE);
    Connection connection = null;
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      StoreSchema.prepare(connection, file, storeBytes);
      return new MeasurementStore(file, lock, connection);
    } catch (SQLException e) {
      closeAll(connection, lock, e);
      throw StoreFailure.explain(file, e);
    } catch (StoreException e) {
      closeAll(connection, lock, e);
      throw e;
    }
  }

  private static void closeAll(@Nullable Connection connection, StoreLock lock, Exception because) {
    try (lock;
        connection) {
      return;
    } catch (SQLException | IOException e) {
      because.addSuppressed(e);
    }
  }

  /** All series, by number. */
  List<Stored> series() throws StoreException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM series ORDER BY number")) {
      List<Stored> series = new ArrayList<>();
      while (rows.next()) {
        series.add(
            new Stored(rows.getInt(1), rows.getString(2), rows.getInt(3), rows.getInt(4) != 0));
      }
      return series;
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  /** All measurements, by series, replica and configuration. */
  void replay(RowSink sink) throws StoreException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(SELECT + " ORDER BY series, replica, configuration")) {
      while (rows.next()) {
        sink.take(row(rows));
      }
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  /**
   * The next measurements of a series, by replica and configuration.
   *
   * @param replica the last one's; -1 to begin
   * @param configuration the last one's; -1 to begin
   * @param limit how many at most
   * @return how many there were
   */
  int page(int series, long replica, long configuration, int limit, RowSink sink)
      throws StoreException {
    try {
      flush();
      statements.page().setInt(1, series);
      statements.page().setLong(2, replica);
      statements.page().setLong(3, configuration);
      statements.page().setInt(4, limit);
      int count = 0;
      try (ResultSet rows = statements.page().executeQuery()) {
        for (; rows.next(); count++) {
          sink.take(row(rows));
        }
      }
      return count;
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  /** The measurement of a configuration; null where there is none. */
  @Nullable Row find(int series, long replica, long configuration) throws StoreException {
    try {
      flush();
      statements.find().setInt(1, series);
      statements.find().setLong(2, replica);
      statements.find().setLong(3, configuration);
      try (ResultSet rows = statements.find().executeQuery()) {
        return rows.next() ? row(rows) : null;
      }
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  private static Row row(ResultSet rows) throws SQLException {
    double logWeight = rows.getDouble(4);
    boolean weighted = !rows.wasNull();
    return new Row(
        rows.getInt(1), rows.getLong(2), rows.getLong(3), weighted, logWeight, rows.getBytes(5));
  }

  /** Begins what shall become durable together. */
  void begin() throws StoreException {
    execute("BEGIN IMMEDIATE");
  }

  /** Adds a series; part of the transaction at hand. */
  void add(Stored series) throws StoreException {
    try {
      statements.insertSeries().setInt(1, series.number());
      statements.insertSeries().setString(2, series.name());
      statements.insertSeries().setInt(3, series.components());
      statements.insertSeries().setInt(4, series.weighted() ? 1 : 0);
      statements.insertSeries().executeUpdate();
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  /** Adds a measurement that is not there; part of the transaction at hand. */
  void add(Row row) throws StoreException {
    pending.add(row);
    if (pending.size() == ROWS) {
      try {
        for (int r = 0; r < ROWS; r++) {
          bind(statements.insertMany(), r * COLUMNS, pending.get(r));
        }
        statements.insertMany().executeUpdate();
        pending.clear();
      } catch (SQLException e) {
        throw StoreFailure.explain(file, e);
      }
    }
  }

  private void flush() throws SQLException {
    for (Row row : pending) {
      bind(statements.insertOne(), 0, row);
      statements.insertOne().executeUpdate();
    }
    pending.clear();
  }

  private static void bind(PreparedStatement statement, int offset, Row row) throws SQLException {
    statement.setInt(offset + 1, row.series());
    statement.setLong(offset + 2, row.replica());
    statement.setLong(offset + 3, row.configuration());
    if (row.weighted()) {
      statement.setDouble(offset + 4, row.logWeight());
    } else {
      statement.setNull(offset + 4, java.sql.Types.REAL);
    }
    statement.setBytes(offset + 5, row.values());
  }

  /** Makes durable what was added: returns when the disk has it. */
  void commit() throws StoreException {
    try {
      flush();
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
    execute("COMMIT");
  }

  /** Forgets what was added since the transaction began. */
  void rollback() throws StoreException {
    pending.clear();
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has done so by itself where the disk is full or fails, and says that nothing is
      // left to be rolled back; were it otherwise, the next transaction could not begin.
      if (StoreFailure.code(e) != SQLiteErrorCode.SQLITE_ERROR) {
        throw StoreFailure.explain(file, e);
      }
    }
    try {
      statements.close();
      statements = Statements.prepare(connection);
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  private void execute(String step) throws StoreException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(step);
    } catch (SQLException e) {
      throw StoreFailure.explain(file, e);
    }
  }

  /** Closes the file; what was not committed is forgotten. */
  @Override
  public void close() throws StoreException {
    pending.clear();
    // The connection first, which takes the log into the file.
    try (lock) {
      connection.close();
    } catch (SQLException | IOException e) {
      throw StoreException.broken(file + ": cannot be closed: " + StoreFailure.reason(e), e);
    }
  }
}
