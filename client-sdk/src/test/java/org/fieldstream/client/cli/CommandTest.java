package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fieldstream.client.testing.FakeServer;
import org.fieldstream.client.testing.FakeServer.Ending;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.client.testing.FakeStream;
import org.fieldstream.client.testing.NpyReader;
import org.fieldstream.v1.Alarm;
import org.fieldstream.v1.AlarmKind;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Quality;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real server, as a user runs them. */
class CommandTest {
  private static final Model FLOW =
      Model.newBuilder()
          .setId("phi4-fake-4x4")
          .setGenerator("normals")
          .setTarget(
              Target.newBuilder()
                  .setTheory("phi4")
                  .addExtents(4)
                  .addExtents(4)
                  .putCouplings("m2", -4)
                  .putCouplings("lambda", 6.008))
          .addExactness(Exactness.EXACTNESS_METROPOLIS)
          .addExactness(Exactness.EXACTNESS_REWEIGHT)
          .setQuality(Quality.newBuilder().setEssFraction(0.9512))
          .addAllObservables(
              List.of("phi2", "phi4", "m", "abs_m", "m2", "m4", "f_min", "action_per_site"))
          .build();

  private static final Model HMC =
      Model.newBuilder()
          .setId("hmc")
          .setGenerator("hmc")
          .addExactness(Exactness.EXACTNESS_METROPOLIS)
          .putFacts("chains", "8")
          .build();

  @TempDir Path directory;

  @Test
  void subscribeShowsMeansWithErrors() {
    try (FakeServer server = serving()) {
      Run run = run(server, "subscribe", "phi4-fake-4x4", "--count", "4000", "--seed", "3");
      assertThat(run.status).as(run.err).isZero();
      // Standard normals: <phi^2> = 1 with variance 2 a site; 4000 x 16 of them.
      double[] phi2 = run.row("phi2");
      assertThat(Math.abs(phi2[0] - 1) / phi2[1]).isLessThan(4);
      assertThat(phi2[1] / Math.sqrt(2.0 / 64000)).isBetween(0.8, 1.25);
      assertThat(phi2[2]).as("tau_int").isBetween(0.4, 0.65);
      // chi = V <m^2> = 1.
      double[] chi = run.row("chi");
      assertThat(Math.abs(chi[0] - 1) / chi[1]).isLessThan(4);
      // chi_conn = 1 - 2/pi, U4 = 0 for a Gaussian m.
      double[] connected = run.row("chi_conn");
      assertThat(Math.abs(connected[0] - (1 - 2 / Math.PI)) / connected[1]).isLessThan(4);
      double[] binder = run.row("binder_u4");
      assertThat(Math.abs(binder[0]) / binder[1]).isLessThan(4);
      assertThat(run.out).contains("xi_second_moment");
      assertThat(run.out).contains("4,000 configurations of 4 x 4, METROPOLIS, seed 3");
      assertThat(run.out).contains("acceptance 0.7500").contains("one Markov chain");
      assertThat(run.err).contains("phi4-fake-4x4: 4000/4000 configurations");
    }
  }

  @Test
  void weightedStreamsHaveWeightedMeans() {
    try (FakeServer server = serving()) {
      Run run =
          run(server, "subscribe", "phi4-fake-4x4", "--count", "4000", "--exactness", "reweight");
      assertThat(run.status).as(run.err).isZero();
      // Weights exp(0.1 phi_0) shift <m> by 0.1/16 and leave ESS/N = exp(-0.01).
      double[] m = run.row("m");
      assertThat(Math.abs(m[0] - 0.1 / 16) / m[1]).isLessThan(4);
      assertThat(run.out).containsPattern("ESS/N 0\\.9(8|9)").contains("weighted");
    }
  }

  @Test
  void chainsAreNotTakenForOne() {
    try (FakeServer server = serving()) {
      Run run =
          run(
              server,
              "subscribe",
              "hmc",
              "--theory",
              "phi4",
              "--extents",
              "4x6",
              "--coupling",
              "m2=-4,lambda=5",
              "--count",
              "800",
              "--dtype",
              "float64");
      assertThat(run.status).as(run.err).isZero();
      SubscribeRequest request = server.calls().get(0);
      assertThat(request.getTarget().getExtentsList()).containsExactly(4, 6);
      assertThat(request.getTarget().getCouplingsMap())
          .containsEntry("m2", -4.0)
          .containsEntry("lambda", 5.0);
      assertThat(request.getObservablesList()).contains("phi2", "m4");
      assertThat(run.out).contains("8 interleaved independent Markov chains");
      assertThat(run.out).doesNotContain("xi_second_moment");
    }
  }

  @Test
  void outWritesWholeFiles() throws IOException {
    Path out = directory.resolve("run");
    try (FakeServer server = serving()) {
      Run run =
          run(
              server,
              "subscribe",
              "phi4-fake-4x4",
              "--count",
              "100",
              "--seed",
              "9",
              "--out",
              "" + out);
      assertThat(run.status).as(run.err).isZero();
      assertWhole(out, 100, 9);
      JsonObject metadata = new JsonObject(Files.readString(out.resolve("metadata.json")));
      assertThat(metadata.getString("model_digest")).isEqualTo(FakeStream.DIGEST);
      assertThat(metadata.getString("exactness")).isEqualTo("METROPOLIS");
      assertThat(metadata.getInteger("count")).isEqualTo(100);
      assertThat(metadata.getJsonObject("results").getJsonObject("phi2").getDouble("mean"))
          .isBetween(0.8, 1.2);
      Run again = run(server, "subscribe", "phi4-fake-4x4", "--count", "100", "--out", "" + out);
      assertThat(again.status).isEqualTo(1);
      assertThat(again.err).contains("exists (expected: another directory, or --force)");
      Run forced =
          run(server, "subscribe", "phi4-fake-4x4", "--count", "50", "--out", "" + out, "--force");
      assertThat(forced.status).as(forced.err).isZero();
      assertWhole(out, 50, 0);
    }
  }

  @Test
  void theWayOutOfNoiseIsWrittenThroughInterruptions() throws IOException {
    Path out = directory.resolve("way");
    FakeServer.Planner planner =
        call ->
            switch (call) {
              case 1 -> Plan.serve().after(2, Ending.CLOSE_CONNECTION);
              case 2 -> Plan.serve().after(2, GrpcStatus.INTERNAL, "the device failed", "");
              default -> Plan.serve();
            };
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      String[] command = {
        "subscribe",
        "phi4-fake-4x4",
        "--count",
        "60",
        "--seed",
        "4",
        "--sigmas",
        "2.5,1,0",
        "--out",
        "" + out
      };
      assertThat(run(server, command).status).isEqualTo(1);
      Run resumed = run(server, "subscribe", "--resume", "--out", "" + out);
      assertThat(resumed.status).as(resumed.err).isZero();
      assertThat(resumed.out).contains("at noise of strength 2.50, 1.00, 0");
      assertThat(server.calls().get(0).getDenoising().getSigmasList())
          .containsExactly(2.5, 1.0, 0.0);
    }
    NpyReader way = NpyReader.read(out.resolve("denoising.npy"));
    assertThat(way.descr()).isEqualTo("<f4");
    assertThat(way.shape()).containsExactly(60, 3, 1, 4, 4);
    double[] sigmas = {2.5, 1, 0};
    for (int i = 0; i < 60; i++) {
      double[] field = FakeStream.field(4, i, 16);
      for (int level = 0; level < 3; level++) {
        for (int x = 0; x < 16; x++) {
          assertThat(way.values()[(i * 3 + level) * 16 + x])
              .isEqualTo((float) (field[x] + sigmas[level]));
        }
      }
    }
    JsonObject metadata = new JsonObject(Files.readString(out.resolve("metadata.json")));
    assertThat(metadata.getJsonArray("sigmas").getList()).isEqualTo(List.of(2.5, 1.0, 0.0));
  }

  @Test
  void anInterruptedRunGoesOnWithoutLossOrRepetition() throws IOException {
    Path out = directory.resolve("run");
    FakeServer.Planner planner =
        call ->
            switch (call) {
              case 1 -> Plan.serve().after(5, Ending.CLOSE_CONNECTION);
              case 2 -> Plan.serve().after(6, GrpcStatus.INTERNAL, "the device failed", "");
              default -> Plan.serve();
            };
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      Run broken =
          run(
              server,
              "subscribe",
              "phi4-fake-4x4",
              "--count",
              "200",
              "--seed",
              "4",
              "--out",
              "" + out);
      assertThat(broken.status).isEqualTo(1);
      assertThat(broken.err)
          .containsPattern("connection lost .*; going on at configuration \\d+ in");
      assertThat(broken.err).contains("error: INTERNAL: the device failed");
      assertThat(broken.err).contains("go on with: subscribe --resume --out " + out);
      assertThat(names(out))
          .contains("fields.npy.partial", "action.npy.partial", "resume.json")
          .doesNotContain("fields.npy", "action.npy", "metadata.json");
      Run careless = run(server, "subscribe", "phi4-fake-4x4", "--count", "9", "--out", "" + out);
      assertThat(careless.status).isEqualTo(1);
      assertThat(careless.err).contains("holds an interrupted run (expected: --resume");
      // Bytes written after the state was kept, as after kill -9, are not counted.
      Files.write(
          out.resolve("action.npy.partial"), new byte[24], java.nio.file.StandardOpenOption.APPEND);
      long next = RunState.read(out).from().nextIndex();
      Run resumed = run(server, "subscribe", "--resume", "--out", "" + out);
      assertThat(resumed.status).as(resumed.err).isZero();
      assertThat(next).isBetween(42L, 84L);
      assertThat(resumed.err)
          .contains("resuming phi4-fake-4x4 at configuration " + next + " of 200");
      assertThat(resumed.out).contains("200 configurations of 4 x 4");
      assertWhole(out, 200, 4);
    }
    // The means of a resumed run are those of an uninterrupted one.
    Path whole = directory.resolve("whole");
    try (FakeServer server = serving()) {
      assertThat(
              run(
                      server,
                      "subscribe",
                      "phi4-fake-4x4",
                      "--count",
                      "200",
                      "--seed",
                      "4",
                      "--out",
                      "" + whole)
                  .status)
          .isZero();
    }
    assertThat(results(out)).isEqualTo(results(whole));
  }

  @Test
  void aRunKilledWhileFinishingIsFinished() throws IOException {
    Path out = directory.resolve("run");
    FakeServer.Planner planner =
        call -> Plan.serve().after(3, GrpcStatus.INTERNAL, "the device failed", "");
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      assertThat(
              run(server, "subscribe", "phi4-fake-4x4", "--count", "40", "--out", "" + out).status)
          .isEqualTo(1);
    }
    try (FakeServer server = serving()) {
      // The state just before the renames: all has come, one array has its name already.
      try (RunFiles files = RunFiles.resume(out)) {
        try (org.fieldstream.client.sdk.FieldstreamClient client =
            org.fieldstream.client.sdk.FieldstreamClient.connect("127.0.0.1", server.port())) {
          StreamRun run =
              StreamRun.resuming(
                  client, files, new PlainProgress("", 40, "", sink(), System::nanoTime));
          run.run();
        }
      }
      SubscribeRequest request = RunState.read(out).request();
      try (NpyFile action =
          NpyFile.reopen(out.resolve("action.npy"), NpyType.FLOAT64, List.of(), 40)) {
        action.finish();
      }
      assertThat(request.getCount()).isEqualTo(40);
      int calls = server.calls().size();
      Run run = run(server, "subscribe", "--resume", "--out", "" + out);
      assertThat(run.status).as(run.err).isZero();
      assertThat(server.calls()).hasSize(calls);
      assertWhole(out, 40, 0);
    }
  }

  @Test
  void errorsAreOneClearLine() throws IOException {
    try (FakeServer server = serving()) {
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--denoising", "3", "--sigmas", "1"),
          2,
          "error: sigmas: beside --denoising (expected: one of the two)");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--denoising", "1"),
          2,
          "error: denoising: 1 (expected: >= 2)");
      assertRefused(
          run(server, "subscribe", "nosuch"),
          2,
          "error: NOT_FOUND: model: nosuch (expected: one of [hmc, phi4-fake-4x4])");
      assertRefused(run(server, "subscribe"), 2, "error: MODEL: missing (expected: a model id");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--count", "many"), 2, "error: Invalid value");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--count", "-1"), 2, "error: count: -1");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--exactness", "exact"),
          2,
          "error: exactness: exact (expected: metropolis, reweight, raw or langevin-adjusted)");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--dtype", "int8"), 2, "error: dtype: int8");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--seed", "-1"), 2, "error: seed: -1");
      assertRefused(
          run(server, "subscribe", "hmc", "--extents", "4xfour"), 2, "error: extents: 4xfour");
      assertRefused(
          run(server, "subscribe", "phi4-fake-4x4", "--out", "" + directory.resolve("x")),
          2,
          "error: count: 0 (expected: >= 1 with --out");
      assertRefused(
          run(server, "subscribe", "--resume", "--out", "" + directory.resolve("x")),
          1,
          "holds no interrupted run");
      assertRefused(run(server, "subscribe", "--resume"), 2, "error: out: missing");
      assertRefused(run(server, "subscribe", "--nosuch"), 2, "error: ");
      assertRefused(run(server, "nosuch"), 2, "error: ");
      Path file = Files.writeString(directory.resolve("resume.json"), "{\"format\": 1}");
      assertRefused(
          run(server, "subscribe", "--resume", "--out", "" + directory), 1, "error: " + file);
    }
    Run unreachable = run("subscribe", "phi4-fake-4x4", "--server", "127.0.0.1:1");
    assertRefused(
        unreachable,
        1,
        "error: UNAVAILABLE: server: 127.0.0.1:1 (connection refused; is the server running?)");
    assertRefused(run("models", "--server", "nowhere:port"), 2, "error: server: nowhere:port");
  }

  @Test
  void aStreamThatBreaksAPromiseEndsWithOneLine() {
    FakeServer.Planner planner =
        call ->
            Plan.serve()
                .changing(
                    m ->
                        m.getFirstIndex() < 14
                            ? m
                            : m.toBuilder().setCrc32C(m.getCrc32C() + 1).build());
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      Run run = run(server, "subscribe", "phi4-fake-4x4", "--count", "100");
      assertRefused(run, 1, "error: DATA_LOSS: crc32c: ");
      assertThat(run.err).contains("in the message after configuration 13 of the stream");
    }
  }

  @Test
  void aDowngradedStreamIsLabelled() {
    FakeServer.Planner planner =
        call ->
            Plan.serve()
                .changing(
                    m ->
                        m.toBuilder()
                            .setExactness(Exactness.EXACTNESS_RAW)
                            .clearAccepted()
                            .build());
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      Run run =
          run(server, "subscribe", "phi4-fake-4x4", "--count", "70", "--exactness", "metropolis");
      assertThat(run.status).isZero();
      assertThat(run.err)
          .contains("note: METROPOLIS was asked for, the server labels the stream RAW");
      assertThat(run.out).contains("NOT corrected");
    }
  }

  @Test
  void alarmsAreToldWhenTheyComeAndAgainAtTheEndWhileTheyHold() {
    FakeServer.Planner planner =
        call ->
            Plan.serve()
                .changing(
                    m ->
                        m.getFirstIndex() < 7
                            ? m
                            : m.toBuilder()
                                .addAlarms(
                                    Alarm.newBuilder()
                                        .setKind(AlarmKind.ALARM_KIND_FROZEN)
                                        .setSentence("m: did not move"))
                                .build());
    try (FakeServer server = new FakeServer(planner, FLOW)) {
      Run run = run(server, "subscribe", "phi4-fake-4x4", "--count", "70");
      assertThat(run.status).isZero();
      assertThat(run.err).containsOnlyOnce("alarm: m: did not move");
      assertThat(run.out).containsOnlyOnce("alarm: m: did not move");
    }
  }

  @Test
  void modelsListsTheRegistry() {
    try (FakeServer server = serving()) {
      Run table = run(server, "models");
      assertThat(table.status).isZero();
      assertThat(table.out.lines().toList().get(0)).startsWith("model").contains("ESS/N");
      assertThat(table.out)
          .containsPattern(
              "phi4-fake-4x4 +normals +phi4 4 x 4 lambda=6.008 m2=-4 +0.951 +metropolis reweight");
      Run json = run(server, "models", "--json");
      JsonObject parsed = new JsonObject(json.out);
      assertThat(parsed.getJsonArray("models").getJsonObject(1).getString("id"))
          .isEqualTo("phi4-fake-4x4");
    }
  }

  @Test
  void helpAndVersion() {
    assertThat(run("--help").out).contains("subscribe", "models", "demo");
    assertThat(run("subscribe", "--help").out).contains("--exactness", "--resume", "Examples:");
    assertThat(run("--version").out).contains("fieldstream-client");
    assertThat(run().status).isEqualTo(2);
  }

  @Test
  void theDemoSaysWhatItMisses() {
    Path missing = directory.resolve("no.jar");
    assertRefused(
        run("demo", "--server-jar", missing.toString()),
        1,
        "error: server-jar: " + missing + " is missing (expected: the server's jar");
  }

  private static void assertRefused(Run run, int status, String message) {
    assertThat(run.status).as(run.err).isEqualTo(status);
    assertThat(run.err).contains(message).doesNotContain("\tat ", "Exception");
  }

  private static void assertWhole(Path out, int count, long seed) throws IOException {
    assertThat(names(out))
        .containsExactlyInAnyOrder(
            "fields.npy",
            "action.npy",
            "log_weight.npy",
            "accepted.npy",
            "metadata.json",
            "observable_phi2.npy",
            "observable_phi4.npy",
            "observable_m.npy",
            "observable_abs_m.npy",
            "observable_m2.npy",
            "observable_m4.npy",
            "observable_f_min.npy",
            "observable_action_per_site.npy");
    NpyReader fields = NpyReader.read(out.resolve("fields.npy"));
    assertThat(fields.descr()).isEqualTo("<f4");
    assertThat(fields.shape()).containsExactly(count, 1, 4, 4);
    NpyReader action = NpyReader.read(out.resolve("action.npy"));
    NpyReader logWeight = NpyReader.read(out.resolve("log_weight.npy"));
    NpyReader accepted = NpyReader.read(out.resolve("accepted.npy"));
    NpyReader m = NpyReader.read(out.resolve("observable_m.npy"));
    assertThat(action.shape()).containsExactly(count);
    assertThat(accepted.descr()).isEqualTo("|b1");
    for (int i = 0; i < count; i++) {
      double[] field = FakeStream.field(seed, i, 16);
      for (int x = 0; x < 16; x++) {
        assertThat(fields.values()[16 * i + x]).isEqualTo(field[x]);
      }
      assertThat(action.values()[i])
          .isEqualTo(16 * FakeStream.observable("action_per_site", field));
      assertThat(logWeight.values()[i]).isEqualTo(0.1 * field[0]);
      assertThat(accepted.values()[i]).isEqualTo(i % 4 != 3 ? 1 : 0);
      assertThat(m.values()[i]).isEqualTo(FakeStream.observable("m", field));
    }
  }

  private static JsonObject results(Path out) throws IOException {
    return new JsonObject(Files.readString(out.resolve("metadata.json"))).getJsonObject("results");
  }

  private static List<String> names(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static FakeServer serving() {
    return new FakeServer(call -> Plan.serve(), FLOW, HMC);
  }

  private static PrintWriter sink() {
    return new PrintWriter(new StringWriter());
  }

  private static Run run(FakeServer server, String... args) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--server";
    all[args.length + 1] = "127.0.0.1:" + server.port();
    return run(all);
  }

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = FieldstreamCommand.execute(new PrintWriter(out), new PrintWriter(err), args);
    return new Run(status, out.toString(), err.toString());
  }

  private record Run(int status, String out, String err) {
    /** Mean, error and, where it is there, tau_int of a line of the table. */
    double[] row(String name) {
      String line = out.lines().filter(l -> l.startsWith(name + " ")).findFirst().orElseThrow();
      return Stream.of(
              line.substring(name.length())
                  .replace("+-", " ")
                  .replace("-  ", " ")
                  .trim()
                  .split(" +"))
          .filter(cell -> cell.matches("-?[\\d.]+"))
          .mapToDouble(Double::parseDouble)
          .toArray();
    }
  }
}
