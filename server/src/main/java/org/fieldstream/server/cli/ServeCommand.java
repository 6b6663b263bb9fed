package org.fieldstream.server.cli;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.fieldstream.server.Backend;
import org.fieldstream.server.FieldstreamServer;
import org.fieldstream.server.config.ConfigLoader;
import org.fieldstream.server.config.ConfigLoader.Loaded;
import org.fieldstream.server.config.FieldstreamConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the service until it is told to stop. */
@Command(
    name = "serve",
    description = "Streams configurations over gRPC until stopped; SIGTERM drains running streams.",
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file; environment and flags win over it.")
  private @Nullable Path config;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on (server.host; default 127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--grpc-port",
      paramLabel = "N",
      description = "Port of gRPC, 0 for a free one (server.grpcPort; default 7420).")
  private @Nullable String grpcPort;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description =
          "Port of the live page, metrics and health, 0 for a free one"
              + " (server.httpPort; default 7421).")
  private @Nullable String httpPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where models and measurements are kept (data.directory; default data).")
  private @Nullable String data;

  @Option(
      names = "--machine",
      paramLabel = "NAME",
      description = "auto, vector, opencl[:n] or jtp (device.machine; default auto).")
  private @Nullable String machine;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other key, for example session.maxSubscriptions=10; see --print-config.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--print-config",
      description = "Prints every key with its value and where that comes from, and exits.")
  private boolean printConfig;

  @Override
  public Integer call() throws InterruptedException {
    Loaded<FieldstreamConfig> loaded =
        ConfigLoader.load(FieldstreamConfig.DEFAULTS, config, System.getenv(), flags());
    if (printConfig) {
      print(ConfigLoader.print(loaded));
      return 0;
    }
    serve(loaded.config());
    return 0;
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    put(flags, "server.host", host);
    put(flags, "server.grpcPort", grpcPort);
    put(flags, "server.httpPort", httpPort);
    put(flags, "data.directory", data);
    put(flags, "device.machine", machine);
    return flags;
  }

  private static void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }

  private void serve(FieldstreamConfig running) throws InterruptedException {
    Backend backend = Backends.open(running);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    FieldstreamServer server = FieldstreamServer.start(running, backend, registry);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "drain"));
    String host = running.server().host();
    print(
        "Fieldstream serves %d models on %s%n  gRPC %s:%d%n  HTTP http://%s:%d/  (live page; /metrics, /healthz, /readyz)%n"
            .formatted(
                backend.models().list().size(),
                backend.machines().first().describe(),
                host,
                server.grpcPort(),
                host,
                server.httpPort()));
    // Nothing counts down: the process ends by a signal, through the hook.
    new CountDownLatch(1).await();
  }

  private void print(String text) {
    if (spec != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
    }
  }
}
