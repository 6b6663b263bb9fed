package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.fieldstream.server.testing.RecordingServer;
import org.fieldstream.server.testing.ServerProgram;
import org.fieldstream.server.testing.StubbornRecorder;
import org.fieldstream.v1.Measurement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged survives SIGKILL: a client records, the server dies again and again
 * wherever it happens to be, the client sends again what was not acknowledged. In the end every
 * measurement is in the file once, with its values.
 *
 * <p>The server that dies twenty times is the whole one, ports, queue, writer and store, but
 * without models, which have no part in this and would take most of the time to load; the program
 * as it is shipped dies once.
 */
@Timeout(900)
final class RecordKillTest {
  private static final int MEASUREMENTS = 10_000;
  private static final int KILLS = 20;

  /** Longest time between the moment that was drawn and the kill; many commits long. */
  private static final int LATEST_MICROS = 30_000;

  @TempDir private Path data;
  private final Random random = new Random(20);
  private final ScheduledExecutorService executioner = Executors.newScheduledThreadPool(1);

  @AfterEach
  void stop() {
    executioner.shutdownNow();
  }

  /** Three series of one, two and three components, the last weighted, in two replicas. */
  private static List<Measurement> measurements(int count) {
    Random values = new Random(7);
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int components = 1 + i % 3;
      Measurement.Builder measurement =
          Measurement.newBuilder()
              .setSeries("run/series-" + components)
              .setReplica(i / 3 % 2)
              .setConfigurationId(i / 6);
      for (int c = 0; c < components; c++) {
        measurement.addValues(values.nextGaussian());
      }
      if (components == 3) {
        measurement.setLogWeight(values.nextGaussian());
      }
      measurements.add(measurement.build());
    }
    return measurements;
  }

  @Test
  void everyAcknowledgedMeasurementIsThereOnceAfterTwentyKills() throws Exception {
    List<Measurement> measurements = measurements(MEASUREMENTS);
    StubbornRecorder recorder = new StubbornRecorder(measurements, random);
    int[] moments = random.ints(KILLS, 0, MEASUREMENTS * 9 / 10).sorted().toArray();
    int killed = 0;
    for (int moment : moments) {
      try (RecordingServer server = RecordingServer.start(data)) {
        int delay = random.nextInt(LATEST_MICROS);
        boolean[] condemned = {false};
        recorder.run(
            server.port(),
            acknowledged -> {
              if (acknowledged >= moment && !condemned[0]) {
                condemned[0] = true;
                executioner.schedule(server::kill, delay, TimeUnit.MICROSECONDS);
              }
            });
        server.kill();
        assertThat(server.waitForEnd()).isEqualTo(137);
        killed++;
      }
    }
    assertThat(killed).isEqualTo(KILLS);
    try (RecordingServer server = RecordingServer.start(data)) {
      recorder.run(server.port(), acknowledged -> {});
    }
    assertAllThere(recorder, measurements);
  }

  @Test
  void theProgramItselfKeepsWhatItAcknowledged() throws Exception {
    List<Measurement> measurements = measurements(3000);
    StubbornRecorder recorder = new StubbornRecorder(measurements, random);
    for (int life = 0; life < 2; life++) {
      try (ServerProgram program =
          ServerProgram.serve("--machine", "vector", "--data", data.toString())) {
        boolean last = life == 1;
        boolean[] killed = {last};
        recorder.run(
            program.grpcPort(),
            acknowledged -> {
              if (!killed[0] && acknowledged >= 1000) {
                killed[0] = true;
                program.serving().destroyForcibly();
              }
            });
        if (!last) {
          assertThat(program.waitForEnd()).isEqualTo(137);
        }
      }
    }
    assertAllThere(recorder, measurements);
  }

  private void assertAllThere(StubbornRecorder recorder, List<Measurement> measurements)
      throws SQLException, IOException {
    assertThat(recorder.isDone()).isTrue();
    assertThat(recorder.acknowledged()).containsExactlyInAnyOrderElementsOf(measurements);
    assertThat(recorder.stored() + recorder.duplicates()).isEqualTo(measurements.size());
    Map<String, Measurement> rows = rows();
    assertThat(rows).hasSize(measurements.size());
    for (Measurement measurement : measurements) {
      assertThat(rows.get(key(measurement))).isEqualTo(measurement);
    }
  }

  private static String key(Measurement measurement) {
    return measurement.getSeries()
        + ' '
        + measurement.getReplica()
        + ' '
        + measurement.getConfigurationId();
  }

  /** The file as anyone can read it; every key once, or it fails. */
  private Map<String, Measurement> rows() throws SQLException {
    Map<String, Measurement> rows = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("measurements.db"));
        Statement statement = connection.createStatement()) {
      try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(check.getString(1)).isEqualTo("ok");
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT name, replica, configuration, log_weight, vals"
                  + " FROM measurement JOIN series ON series = number")) {
        while (row.next()) {
          Measurement.Builder measurement =
              Measurement.newBuilder()
                  .setSeries(row.getString(1))
                  .setReplica(row.getInt(2))
                  .setConfigurationId(row.getLong(3));
          double logWeight = row.getDouble(4);
          if (!row.wasNull()) {
            measurement.setLogWeight(logWeight);
          }
          ByteBuffer values = ByteBuffer.wrap(row.getBytes(5)).order(ByteOrder.LITTLE_ENDIAN);
          while (values.hasRemaining()) {
            measurement.addValues(values.getDouble());
          }
          assertThat(rows.put(key(measurement.build()), measurement.build())).isNull();
        }
      }
    }
    return rows;
  }
}
