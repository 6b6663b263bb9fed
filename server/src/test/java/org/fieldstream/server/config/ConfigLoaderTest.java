package org.fieldstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.server.config.ConfigLoader.Loaded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults, every key by every way, and what happens to mistakes. */
final class ConfigLoaderTest {
  /** Every key, with its default and another value. */
  private static final Map<String, String[]> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("server.host", new String[] {"127.0.0.1", "0.0.0.0"});
    KEYS.put("server.grpcPort", new String[] {"7420", "1"});
    KEYS.put("server.httpPort", new String[] {"7421", "2"});
    KEYS.put("server.eventLoops", new String[] {"2", "3"});
    KEYS.put("server.maxMessageBytes", new String[] {"16777216", "65536"});
    KEYS.put("server.drainSeconds", new String[] {"20", "5"});
    KEYS.put("device.machine", new String[] {"auto", "opencl:1"});
    KEYS.put("session.bytesPerSubscription", new String[] {"8388608", "65536"});
    KEYS.put("session.bytesTotal", new String[] {"0", "99999999"});
    KEYS.put("session.maxSubscriptions", new String[] {"1024", "7"});
    KEYS.put("session.maxBatchSize", new String[] {"65536", "8"});
    KEYS.put("session.maxSites", new String[] {"16777216", "9"});
    KEYS.put("session.preferredMessageBytes", new String[] {"524288", "1024"});
    KEYS.put("session.chainBytes", new String[] {"0", "7777"});
    KEYS.put("measurement.maxSeries", new String[] {"10000", "3"});
    KEYS.put("measurement.maxCalls", new String[] {"256", "4"});
    KEYS.put("measurement.queueBytes", new String[] {"33554432", "65536"});
    KEYS.put("measurement.estimatorBytes", new String[] {"0", "88888"});
    KEYS.put("measurement.storeBytes", new String[] {"68719476736", "1048576"});
    KEYS.put("data.directory", new String[] {"data", "/srv"});
    KEYS.put("data.ensembleBytes", new String[] {"68719476736", "1048576"});
    KEYS.put("data.certifyConfigurations", new String[] {"16384", "0"});
  }

  @TempDir private Path directory;

  private static Loaded<FieldstreamConfig> load(
      Path file, Map<String, String> environment, Map<String, String> flags) {
    return ConfigLoader.load(FieldstreamConfig.DEFAULTS, file, environment, flags);
  }

  private static Map<String, String> texts(FieldstreamConfig config) {
    Map<String, String> texts = new LinkedHashMap<>();
    ConfigKeys.values(config).forEach((key, value) -> texts.put(key, value.toString()));
    return texts;
  }

  private static Map<String, String> values(int which) {
    Map<String, String> values = new LinkedHashMap<>();
    KEYS.forEach((key, pair) -> values.put(key, pair[which]));
    return values;
  }

  private Path yaml(String text) {
    try {
      return Files.writeString(directory.resolve("fieldstream.yaml"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void defaults() {
    assertThat(texts(load(null, Map.of("PATH", "/bin"), Map.of()).config())).isEqualTo(values(0));
  }

  @Test
  void everyKeyByFile() {
    StringBuilder text = new StringBuilder();
    String section = "";
    for (Map.Entry<String, String> entry : values(1).entrySet()) {
      String[] path = entry.getKey().split("\\.", 2);
      if (!path[0].equals(section)) {
        section = path[0];
        text.append(section).append(":\n");
      }
      text.append("  ").append(path[1]).append(": ").append(entry.getValue()).append('\n');
    }
    Path file = yaml(text.toString());
    Loaded<FieldstreamConfig> loaded = load(file, Map.of(), Map.of());
    assertThat(texts(loaded.config())).isEqualTo(values(1));
    assertThat(loaded.origins().values()).containsOnly(file.toString());
  }

  @Test
  void everyKeyByEnvironment() {
    Map<String, String> environment = new LinkedHashMap<>();
    ConfigKeys.of(FieldstreamConfig.class)
        .forEach((path, key) -> environment.put(key.variable(), values(1).get(path)));
    assertThat(environment).containsKey("FIELDSTREAM_SESSION_BYTES_PER_SUBSCRIPTION");
    environment.put("FIELDSTREAM_LOG_LEVEL", "INFO"); // a client's
    assertThat(texts(load(null, environment, Map.of()).config())).isEqualTo(values(1));
  }

  @Test
  void everyKeyByFlag() {
    assertThat(texts(load(null, Map.of(), values(1)).config())).isEqualTo(values(1));
  }

  @Test
  void theLaterWins() {
    Path file = yaml("server:\n  grpcPort: 1\n  httpPort: 2\n  drainSeconds: 3\n");
    Loaded<FieldstreamConfig> loaded =
        load(
            file,
            Map.of("FIELDSTREAM_SERVER_HTTP_PORT", "20", "FIELDSTREAM_SERVER_DRAIN_SECONDS", "30"),
            Map.of("server.drainSeconds", "300"));
    assertThat(loaded.config().server().grpcPort()).isEqualTo(1);
    assertThat(loaded.config().server().httpPort()).isEqualTo(20);
    assertThat(loaded.config().server().drainSeconds()).isEqualTo(300);
    assertThat(ConfigLoader.print(loaded))
        .contains("  grpcPort: 1  # " + file)
        .contains("  httpPort: 20  # FIELDSTREAM_SERVER_HTTP_PORT")
        .contains("  drainSeconds: 300  # flag")
        .contains("  host: \"127.0.0.1\"  # default");
  }

  @Test
  void whatIsPrintedCanBeReadAgain() {
    Loaded<FieldstreamConfig> loaded = load(null, Map.of(), values(1));
    Path file = yaml(ConfigLoader.print(loaded));
    assertThat(load(file, Map.of(), Map.of()).config()).isEqualTo(loaded.config());
  }

  /** A configuration with something to hide. */
  record Hidden(Login login) {}

  record Login(String user, @Secret String password) {}

  @Test
  void secretsAreNotPrinted() {
    Loaded<Hidden> loaded =
        ConfigLoader.load(
            new Hidden(new Login("ann", "")), null, Map.of(), Map.of("login.password", "hunter2"));
    assertThat(loaded.config().login().password()).isEqualTo("hunter2");
    assertThat(ConfigLoader.print(loaded))
        .contains("user: \"ann\"")
        .contains("password: \"****\"  # flag")
        .doesNotContain("hunter2");
  }

  private static void assertRefused(
      Path file, Map<String, String> environment, Map<String, String> flags, String message) {
    assertThatThrownBy(() -> load(file, environment, flags))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void unknownKeysNameTheNearest() {
    Path file = yaml("server:\n  grpcprt: 1\n");
    assertRefused(
        file,
        Map.of(),
        Map.of(),
        "server.grpcprt: unknown key (expected: server.grpcPort?), from " + file);
    assertRefused(
        yaml("sever:\n  grpcPort: 1\n"),
        Map.of(),
        Map.of(),
        "sever: unknown key (expected: server?), from " + file);
    assertRefused(
        null,
        Map.of("FIELDSTREAM_SERVER_GRPCPORT", "1"),
        Map.of(),
        "FIELDSTREAM_SERVER_GRPCPORT: unknown key (expected: FIELDSTREAM_SERVER_GRPC_PORT?), from"
            + " the environment");
    assertRefused(
        null,
        Map.of(),
        Map.of("session.maxsubscription", "1"),
        "session.maxsubscription: unknown key (expected: session.maxSubscriptions?), from flag");
  }

  @Test
  void badFilesAreTold() {
    Path missing = directory.resolve("missing.yaml");
    assertRefused(
        missing, Map.of(), Map.of(), "--config: " + missing + " (expected: a file that exists)");
    Path file = yaml("server: [");
    assertRefused(file, Map.of(), Map.of(), "--config: " + file + " (expected: YAML): ");
    assertRefused(
        yaml("server: 7\n"),
        Map.of(),
        Map.of(),
        "server: 7 (expected: a mapping of keys to values)");
    assertRefused(
        yaml("server:\n  grpcPort: [1]\n"),
        Map.of(),
        Map.of(),
        "server.grpcPort: [1] (expected: one value)");
    assertRefused(
        yaml("server:\n  grpcPort: 1\n  grpcPort: 2\n"),
        Map.of(),
        Map.of(),
        "--config: " + file + " (expected: YAML): ");
    assertThat(load(yaml(""), Map.of(), Map.of()).config()).isEqualTo(FieldstreamConfig.DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.host|' '|server.host: empty (expected: an address such as 127.0.0.1)",
        "server.grpcPort|70000|server.grpcPort: 70000 (expected: 0 to 65535)",
        "server.grpcPort|7421|server.httpPort: 7421 (expected: another port than server.grpcPort)",
        "server.grpcPort|x|server.grpcPort: x (expected: a whole number), from flag",
        "server.eventLoops|0|server.eventLoops: 0 (expected: 1 to 256)",
        "server.maxMessageBytes|1|server.maxMessageBytes: 1 (expected: 65536 to 268435456)",
        "server.drainSeconds|-1|server.drainSeconds: -1 (expected: 0 to 3600)",
        "device.machine|gpu|device.machine: gpu (expected: auto, vector, opencl, opencl:n or jtp)",
        "session.bytesPerSubscription|1|session.bytesPerSubscription: 1 (expected: 65536 to"
            + " 1099511627776)",
        "session.bytesTotal|70000|session.bytesTotal: 70000 (expected: 0, or at least"
            + " session.bytesPerSubscription)",
        "session.maxSubscriptions|0|session.maxSubscriptions: 0 (expected: 1 to 1000000)",
        "session.maxBatchSize|0|session.maxBatchSize: 0 (expected: 1 to 16777216)",
        "session.maxSites|1|session.maxSites: 1 (expected: 2 to 268435456)",
        "session.preferredMessageBytes|9|session.preferredMessageBytes: 9 (expected: 1024 to"
            + " 268435456)",
        "session.chainBytes|-1|session.chainBytes: -1 (expected: 0 to 1125899906842624)",
        "data.directory|''|data.directory: empty (expected: a directory)",
      })
  void badValuesAreTold(String key, String value, String message) {
    assertThatThrownBy(() -> load(null, Map.of(), Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
