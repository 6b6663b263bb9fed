package org.fieldstream.server.grpc;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import org.fieldstream.client.sdk.BatchIterator;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.server.FieldstreamServer;
import org.fieldstream.server.cli.Backends;
import org.fieldstream.server.config.DeviceConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.v1.SubscribeRequest;

/**
 * How long a subscriber waits for its first configurations: a whole server and our client in one
 * process, over loopback, one subscription after the other, each with a seed of its own.
 */
final class LatencyBench {
  private static final int WARM_UP = 100;

  /**
   * Configurations of a stream: about one message of the server's choice. Endless streams would
   * have to be cancelled, and a Vert.x client closes its connection after 200 resets in 30 seconds.
   */
  private static final int LENGTH = 128;

  private final String model;
  private final int calls;
  private final PrintStream out;

  /**
   * A bench.
   *
   * @param model what to subscribe to
   * @param calls subscriptions measured, at least 100
   */
  LatencyBench(String model, int calls, PrintStream out) {
    this.model = model;
    this.calls = calls;
    this.out = out;
  }

  void run() {
    ServerConfig ports = FieldstreamConfig.DEFAULTS.server();
    FieldstreamConfig config =
        new FieldstreamConfig(
            new ServerConfig(
                "127.0.0.1",
                0,
                0,
                ports.eventLoops(),
                ports.maxMessageBytes(),
                ports.drainSeconds()),
            new DeviceConfig("vector"),
            FieldstreamConfig.DEFAULTS.session(),
            FieldstreamConfig.DEFAULTS.measurement(),
            FieldstreamConfig.DEFAULTS.data());
    try (FieldstreamServer server =
            FieldstreamServer.start(
                config,
                Backends.open(config),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.grpcPort())) {
      // The server's own choice of batch size, and a single configuration.
      for (int batch : new int[] {0, 1}) {
        for (int i = 0; i < WARM_UP; i++) {
          first(client, batch, i);
        }
        double[] millis = new double[calls];
        long configurations = 0;
        for (int i = 0; i < calls; i++) {
          long start = System.nanoTime();
          configurations += first(client, batch, WARM_UP + i);
          millis[i] = (System.nanoTime() - start) * 1e-6;
        }
        Arrays.sort(millis);
        out.printf(
            Locale.ROOT,
            "%s, first message of %.0f configurations, %d subscriptions: p50 %.1f ms, p90 %.1f ms,"
                + " p99 %.1f ms, most %.1f ms%n",
            model,
            (double) configurations / calls,
            calls,
            millis[calls / 2],
            millis[calls * 9 / 10],
            millis[calls * 99 / 100],
            millis[calls - 1]);
      }
    }
  }

  /** From the call to the first message, in configurations. */
  private int first(FieldstreamClient client, int batch, long seed) {
    try (BatchIterator batches =
        client.iterate(
            SubscribeRequest.newBuilder()
                .setModel(model)
                .setSeed(seed)
                .setBatchSize(batch)
                .setCount(batch == 1 ? 1 : LENGTH)
                .build())) {
      return batches.next().count();
    }
  }
}
