package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.grpc.common.GrpcStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fieldstream.client.testing.FakeRecordServer;
import org.fieldstream.client.testing.FakeServer.Ending;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.v1.Measurement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code record} and {@code watch} against a real server, as a user runs them. */
@Timeout(60)
class RecordCommandTest {
  @TempDir private Path directory;
  private FakeRecordServer server = new FakeRecordServer(call -> Plan.serve());

  /** What a command said. */
  private record Run(int status, String out, String err) {}

  @AfterEach
  void stop() {
    server.close();
  }

  private void plan(Plan first) {
    server.close();
    server = new FakeRecordServer(call -> call == 1 ? first : Plan.serve());
  }

  private Run run(String command, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new java.util.ArrayList<>(List.of(command));
    all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
    all.addAll(List.of(args));
    int status =
        FieldstreamCommand.execute(
            new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }

  private String file(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines)).toString();
  }

  private static Measurement measurement(String series, long id, double... values) {
    Measurement.Builder measurement =
        Measurement.newBuilder().setSeries(series).setConfigurationId(id);
    for (double value : values) {
      measurement.addValues(value);
    }
    return measurement.build();
  }

  @Test
  void aTableWithNamesHasASeriesAColumn() throws IOException {
    String table =
        file(
            "run.csv", "# from the cluster", "id, plaquette ,charge", "0,0.5,-1", "", "2,0.75,1e1");
    Run run = run("record", "--prefix", "run7/", table);
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    assertThat(server.stored())
        .containsExactly(
            measurement("run7/plaquette", 0, 0.5),
            measurement("run7/charge", 0, -1),
            measurement("run7/plaquette", 2, 0.75),
            measurement("run7/charge", 2, 10));
    assertThat(run.out)
        .startsWith("4 measurements are durable: 4 new, 0 were there already; 0 refused")
        .containsPattern("run7/plaquette +0\\.62\\S* \\+- 0\\.50\\S* +2\\.00 \\+- 0\\.25 +0|1 +2");
    Run again = run("record", "--prefix", "run7/", table);
    assertThat(again.out).startsWith("4 measurements are durable: 0 new, 4 were there already");
  }

  @Test
  void tablesOfVectorsWeightsReplicasAndSeriesInAColumn() throws IOException {
    assertThat(run("record", "--series", "c", file("a.txt", "0\t1 2.5", "1  3 4")).status).isZero();
    assertThat(
            run(
                    "record",
                    "--series",
                    "w",
                    "--replica",
                    "3",
                    file("b.txt", "log_weight;v;id", "-2;7;9"))
                .status)
        .isZero();
    assertThat(
            run("record", file("c.txt", "series replica id x y", "p/q 4 5 6 7", "p/r 0 5 8 9"))
                .status)
        .isZero();
    assertThat(server.stored())
        .containsExactly(
            measurement("c", 0, 1, 2.5),
            measurement("c", 1, 3, 4),
            measurement("w", 9, 7).toBuilder().setLogWeight(-2).setReplica(3).build(),
            measurement("p/q", 5, 6, 7).toBuilder().setReplica(4).build(),
            measurement("p/r", 5, 8, 9));
  }

  @Test
  void linesOfJson() throws IOException {
    Run run =
        run(
            "record",
            file(
                "m.ndjson",
                "{\"series\":\"a\",\"configuration_id\":1,\"values\":[0.5,1]}",
                "{\"series\":\"b\",\"configurationId\":\"2\",\"values\":[3],\"logWeight\":-1}"));
    assertThat(run.err).isEmpty();
    assertThat(server.stored())
        .containsExactly(
            measurement("a", 1, 0.5, 1),
            measurement("b", 2, 3).toBuilder().setLogWeight(-1).build());
  }

  @Test
  void standardInputIsRecordedInFewRequests() {
    InputStream before = System.in;
    String lines =
        IntStream.range(0, 2500).mapToObj(i -> i + " " + i / 8.0).collect(Collectors.joining("\n"));
    System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("record", "--series", "a").status).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(server.stored()).hasSize(2500).contains(measurement("a", 2499, 312.375));
    assertThat(server.sizes()).hasSizeLessThan(10).allMatch(size -> size <= 1000);
  }

  @Test
  void aBrokenConnectionIsToldAndSurvived() throws IOException {
    plan(Plan.serve().after(0, Ending.CLOSE_CONNECTION));
    Run run = run("record", "--series", "a", file("a.txt", "0 1", "1 2"));
    assertThat(run.status).as(run.err).isZero();
    assertThat(run.err)
        .contains("connection lost (")
        .contains("); sending again what was not acknowledged in ");
    assertThat(run.out).startsWith("2 measurements are durable: 0 new, 2 were there already");
  }

  @Test
  void refusalsAreTold() throws IOException {
    run("record", "--series", "a", file("a.txt", "0 1"));
    Run run = run("record", "--series", "a", file("b.txt", "0 2", "1 1"));
    assertThat(run.status).isEqualTo(FieldstreamCommand.FAILURE);
    assertThat(run.err)
        .contains(
            "refused: a, configuration 0, replica 0: configuration_id: stored with other values");
    assertThat(run.out)
        .startsWith("1 measurements are durable: 1 new, 0 were there already; 1 refused");
  }

  @Test
  void refusalsOfTheWholeSayHowFarItCame() throws IOException {
    plan(Plan.serve().after(0, GrpcStatus.RESOURCE_EXHAUSTED, "storage: full", "storage"));
    Run run = run("record", "--series", "a", file("a.txt", "0 1"));
    assertThat(run.status).isEqualTo(FieldstreamCommand.FAILURE);
    assertThat(run.err)
        .contains(
            "error: RESOURCE_EXHAUSTED: storage: full (after 0 measurements were acknowledged)");
  }

  @Test
  void linesThatCannotBeReadAreNamedAndWhatCameBeforeIsRecorded() throws IOException {
    String table = file("a.txt", "id v", "0 1", "1 x");
    assertThat(run("record", table))
        .isEqualTo(
            new Run(
                FieldstreamCommand.USAGE,
                "",
                "error: " + table + ", line 3: v: x (expected: a number)\n"));
    assertThat(server.stored()).containsExactly(measurement("v", 0, 1));
    assertFault("columns: 2 (expected: 3, as in the first line)", "id a b", "0 1");
    assertFault("id: -1 (expected: a whole number, at least 0)", "id a", "-1 1");
    assertFault("replica: 4294967296 (expected: 0 to 2^32 - 1)", "id replica a", "0 4294967296 1");
    assertFault("columns: x, a (expected: one of them id)", "x a");
    assertFault("columns: id (expected: also one of values)", "id");
    assertFault(
        "series: not named (expected: --series NAME, or a first line that names the columns)",
        "0 1");
    Run json = run("record", "--format", "ndjson", file("j", "{\"serie\": 1}"));
    assertThat(json.err)
        .contains(
            ", line 1: not a measurement in JSON (expected: series, configuration_id, values, and"
                + " perhaps replica and log_weight): ");
    assertThat(run("record", "--format", "xml", table).err)
        .isEqualTo("error: format: xml (expected: table or ndjson)\n");
    assertThat(run("record", "no/such/file").err).isEqualTo("error: NoSuchFile: no/such/file\n");
  }

  private void assertFault(String sentence, String... lines) throws IOException {
    Run run = run("record", file("fault.txt", lines));
    assertThat(run.status).isEqualTo(FieldstreamCommand.USAGE);
    assertThat(run.err)
        .isEqualTo(
            "error: "
                + directory.resolve("fault.txt")
                + ", line "
                + lines.length
                + ": "
                + sentence
                + "\n");
  }

  @Test
  void watchShowsEachTable() {
    Run run = run("watch", "told", "other/*", "--count", "2", "--interval", "0.25");
    assertThat(run.err).isEmpty();
    assertThat(run.status).isZero();
    assertThat(run.out)
        .containsPattern("2023-11-14T22:13:20Z\nseries +mean +tau_int +ESS +measurements\n")
        .containsPattern("told +0\\.500000 +- +- +1\n\n2023-11-14T22:13:21Z\n")
        .containsPattern("told +1\\.50000 +- +- +2\n$");
    assertThat(server.watches()).hasSize(1);
    assertThat(server.watches().get(0).getSeriesList()).containsExactly("told", "other/*");
    assertThat(server.watches().get(0).getInterval().getNanos()).isEqualTo(250_000_000);
  }

  @Test
  void watchGoesOnAfterABreakAndTakesAllSeries() {
    plan(Plan.serve().after(1, Ending.CLOSE_CONNECTION));
    Run run = run("watch", "--count", "2", "--json");
    assertThat(run.err).contains("connection lost (").contains("); going on in ");
    assertThat(run.out.lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"time\":\"2023-11-14T22:13:20Z\",\"estimates\":["));
    assertThat(server.watches().get(0).getSeriesList()).containsExactly("*");
    assertThat(run("watch", "--interval", "0.01").err)
        .isEqualTo("error: interval: 0.01 (expected: 0.1 to 3600)\n");
  }
}
