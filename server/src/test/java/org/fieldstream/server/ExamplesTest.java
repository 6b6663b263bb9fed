package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.config.DataConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.gaussian.GaussianModel;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.Programs;
import org.fieldstream.server.testing.Programs.Ran;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.verify.Measured;
import org.fieldstream.server.verify.Reference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples in other languages against a real server, as their README starts them. */
@Timeout(600)
final class ExamplesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path EXAMPLES = ROOT.resolve("client-sdk/examples");

  /** Kept from run to run: the compiler takes longer than all else together. */
  private static final Path BUILD = Path.of("target", "examples-cpp").toAbsolutePath();

  private static final Pattern PHI2 = Pattern.compile("<phi\\^2> = ([0-9.]+)");

  private static TestServer server;
  private static String address;

  @TempDir private static Path data;
  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            config ->
                new FieldstreamConfig(
                    config.server(),
                    config.device(),
                    config.session(),
                    config.measurement(),
                    new DataConfig(data.toString(), config.data().ensembleBytes(), 0)),
            MachineLineup.only(new VectorMachine(2)),
            flow("phi4-continuous-8x8"),
            flow("phi4-continuous-16x16"),
            new GaussianModel());
    address = "127.0.0.1:" + server.server().grpcPort();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Model flow(String id) {
    return ModelStore.bundled().find(id).orElseThrow();
  }

  private static Ran succeeded(Ran ran) {
    assertThat(ran.code()).as(ran.out()).isZero();
    return ran;
  }

  /**
   * phi^2 of 4096 configurations of the 8 x 8 flow: five sigma of 0.0005 are allowed. That the
   * checksum and the action are right is checked by the examples themselves, which fail otherwise.
   */
  private static void assertSubscribed(Ran ran, int count, int sites) {
    assertThat(ran.out())
        .contains(count + " configurations of " + sites + " sites")
        .contains(" MB/s, all checked")
        .containsPattern("action within \\d\\.\\de-\\d+ relative");
  }

  private static double phi2(Ran ran) {
    Matcher found = PHI2.matcher(ran.out());
    assertThat(found.find()).as(ran.out()).isTrue();
    return Double.parseDouble(found.group(1));
  }

  @Test
  void examplesAreShort() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      List<Path> sources =
          files.filter(file -> file.toString().matches(".*\\.(py|mjs|cpp)")).toList();
      assertThat(sources).hasSizeGreaterThanOrEqualTo(4);
      for (Path source : sources) {
        assertThat(Files.readAllLines(source)).as("%s", source).hasSizeLessThan(150);
      }
    }
  }

  /** A Python with what the examples need, and the API's classes in the directory. */
  private String python() throws InterruptedException {
    Optional<String> python = Programs.python(directory, "grpc, numpy, crc32c, google.protobuf");
    assumeTrue(
        python.isPresent() && Programs.run(directory, List.of("protoc", "--version")).code() == 0,
        "needs python3 with grpc, numpy, crc32c and protobuf, and protoc: on Debian,"
            + " python3-grpcio python3-numpy python3-crc32c python3-protobuf protobuf-compiler");
    succeeded(
        Programs.run(
            ROOT,
            List.of(
                "protoc",
                "-I",
                "proto/src/main/protobuf",
                "--python_out=" + directory,
                "fieldstream/v1/common.proto",
                "fieldstream/v1/measurement.proto",
                "fieldstream/v1/model.proto",
                "fieldstream/v1/sampler.proto")));
    return python.orElseThrow();
  }

  @Test
  void pythonRecords() throws Exception {
    List<String> command =
        List.of(
            python(),
            EXAMPLES.resolve("python/record.py").toString(),
            address,
            "--model=phi4-continuous-8x8",
            "--count=2000",
            "--prefix=test/");
    Map<String, String> classes = Map.of("PYTHONPATH", directory.toString());
    Ran first = succeeded(Programs.run(directory, classes, command));
    assertThat(first.out()).startsWith("4000 measurements stored, 0 were there already");
    Matcher phi2 =
        Pattern.compile("test/phi2 = ([0-9.]+) \\+- ([0-9.]+), tau_int ([0-9.]+)")
            .matcher(first.out());
    assertThat(phi2.find()).as(first.out()).isTrue();
    assertThat(Double.parseDouble(phi2.group(1))).isCloseTo(0.18382, within(0.0035));
    assertThat(Double.parseDouble(phi2.group(2))).isBetween(0.0004, 0.001);
    assertThat(Double.parseDouble(phi2.group(3))).isBetween(0.4, 0.8);
    Ran again = succeeded(Programs.run(directory, classes, command));
    assertThat(again.out()).startsWith("0 measurements stored, 4000 were there already");
  }

  @Test
  void pythonSubscribes() throws Exception {
    String python = python();
    String script = EXAMPLES.resolve("python/subscribe.py").toString();
    Map<String, String> classes = Map.of("PYTHONPATH", directory.toString());
    Ran flow =
        succeeded(
            Programs.run(
                directory,
                classes,
                List.of(
                    python, script, address, "--model", "phi4-continuous-8x8", "--count", "4096")));
    assertSubscribed(flow, 4096, 64);
    assertThat(phi2(flow)).isCloseTo(0.18382, within(0.0025));
    Ran weighted =
        succeeded(
            Programs.run(
                directory,
                classes,
                List.of(
                    python,
                    script,
                    address,
                    "--model=gaussian",
                    "--extents=8x6x4",
                    "--coupling=m2=1",
                    "--coupling=lambda=0",
                    "--exactness=REWEIGHT",
                    "--count=5000")));
    assertSubscribed(weighted, 5000, 192);
    assertThat(weighted.out()).contains("ESS/N 1.000");
    Ran refused =
        Programs.run(directory, classes, List.of(python, script, address, "--model=phi4-9x9"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).startsWith("NOT_FOUND: model: \"phi4-9x9\" (expected: one of ");
  }

  @Test
  void nodeSubscribes() throws Exception {
    String modules = System.getenv().getOrDefault("EXAMPLES_NODE_MODULES", "");
    Map<String, String> environment = Map.of("NODE_PATH", modules);
    String needs = "require('@grpc/grpc-js'); require('@grpc/proto-loader')";
    assumeTrue(
        Programs.run(directory, environment, List.of("node", "-e", needs)).code() == 0,
        "needs node, and EXAMPLES_NODE_MODULES naming a node_modules that has @grpc/grpc-js and"
            + " @grpc/proto-loader");
    String script = EXAMPLES.resolve("node/subscribe.mjs").toString();
    Ran flow =
        succeeded(
            Programs.run(
                directory,
                environment,
                List.of("node", script, address, "phi4-continuous-8x8", "4096")));
    assertSubscribed(flow, 4096, 64);
    assertThat(phi2(flow)).isCloseTo(0.18382, within(0.0025));
    Ran free =
        succeeded(
            Programs.run(
                directory,
                environment,
                List.of("node", script, address, "gaussian", "5000", "8x6x4", "m2=1", "lambda=0")));
    assertSubscribed(free, 5000, 192);
    Ran refused =
        Programs.run(directory, environment, List.of("node", script, address, "phi4-9x9"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).startsWith("NOT_FOUND: model: \"phi4-9x9\" (expected: one of ");
  }

  /**
   * 3000 trajectories alone and 3000 with a proposal after every fourth. Own and server's random
   * numbers have fixed seeds; means are within four sigma of an independent program's.
   */
  @Test
  void cppMixesAndBeatsItself() throws Exception {
    List<String> tools = List.of("g++ --version", "make --version", "which grpc_cpp_plugin");
    boolean there = true;
    for (String tool : tools) {
      there &= Programs.run(directory, List.of(tool.split(" "))).code() == 0;
    }
    there &= Programs.run(directory, List.of("pkg-config", "grpc++", "protobuf")).code() == 0;
    assumeTrue(
        there,
        "needs g++, make, protoc and grpc++: on Debian, g++ make pkg-config libgrpc++-dev libprotobuf-dev"
            + " protobuf-compiler protobuf-compiler-grpc");
    succeeded(
        Programs.run(EXAMPLES.resolve("cpp"), List.of("make", "-s", "-j2", "BUILD=" + BUILD)));
    List<String> command =
        List.of(
            BUILD.resolve("mix").toString(),
            address,
            "phi4-continuous-16x16",
            "16",
            "-4",
            "4.98",
            "3000",
            "4");
    Ran ran = succeeded(Programs.run(directory, command));
    Matcher last =
        Pattern.compile(
                "acceptance of proposals (0\\.\\d+); tau_int\\(m\\) ([0-9.]+) times smaller")
            .matcher(ran.out());
    assertThat(last.find()).as(ran.out()).isTrue();
    assertThat(Double.parseDouble(last.group(1))).isBetween(0.8, 0.95);
    assertThat(Double.parseDouble(last.group(2))).isGreaterThan(5);
    Reference reference =
        Reference.all().stream()
            .filter(r -> r.extent() == 16 && r.lambda() == 4.98)
            .findFirst()
            .orElseThrow();
    String mixed = ran.out().substring(ran.out().indexOf("HMC and flow"));
    for (String quantity : List.of("abs_m", "phi2", "chi", "action_per_site")) {
      Matcher found = Pattern.compile(quantity + " +([0-9.]+) \\+- ([0-9.]+)").matcher(mixed);
      assertThat(found.find()).as(ran.out()).isTrue();
      double mean = Double.parseDouble(found.group(1));
      double error = Double.parseDouble(found.group(2));
      Measured expected = reference.value(quantity);
      double sigma = Math.hypot(error, expected.error());
      assertThat((mean - expected.value()) / sigma).as(ran.out()).isBetween(-4.0, 4.0);
    }
    // Couplings of another theory are noticed at the first proposal.
    Ran refused =
        Programs.run(
            directory, command.stream().map(word -> word.equals("4.98") ? "4.9" : word).toList());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).contains("ask.current.action: ", "another convention?");
  }
}
