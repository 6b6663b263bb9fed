package org.fieldstream.server.grpc;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.MeasurementRecorder;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.Backend;
import org.fieldstream.server.FieldstreamServer;
import org.fieldstream.server.config.DataConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.MeasurementConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.measurement.MeasurementLimits;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.server.testing.FakeMachine;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.v1.Measurement;

/**
 * How many measurements a second are acknowledged, each durable: a whole server and our client in
 * one process, over loopback, on the disk that holds the temporary directory. Then how long a new
 * server takes to read them all.
 */
final class RecordBench {
  /** Numbers in a measurement, measurements in a request, clients. */
  private record Load(int components, int requestSize, int clients) {}

  private static final List<Load> LOADS =
      List.of(
          new Load(1, 1, 1),
          new Load(1, 1, 4),
          new Load(1, 100, 1),
          new Load(1, 1000, 1),
          new Load(1, 1000, 4),
          new Load(32, 100, 1));

  private final int turns;
  private final double seconds;
  private final PrintStream out;
  private long nextId;

  RecordBench(int turns, int seconds, PrintStream out) {
    this.turns = turns;
    this.seconds = seconds;
    this.out = out;
  }

  void run() {
    try {
      Path data = Files.createTempDirectory("fieldstream-record-");
      try {
        record(data);
        replay(data);
      } finally {
        delete(data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void record(Path data) {
    FieldstreamConfig defaults = FieldstreamConfig.DEFAULTS;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    FieldstreamConfig config =
        new FieldstreamConfig(
            new ServerConfig("127.0.0.1", 0, 0, 2, 16 << 20, 20),
            defaults.device(),
            defaults.session(),
            defaults.measurement(),
            new DataConfig(data.toString(), defaults.data().ensembleBytes(), 0));
    Backend backend =
        new Backend(List::of, GaussTheory.CATALOG, MachineLineup.only(new FakeMachine()));
    try (FieldstreamServer server = FieldstreamServer.start(config, backend, registry)) {
      out.printf(
          "%nMedians of %d turns of %.0f s; client and server together.%n%n", turns, seconds);
      out.printf(
          "%10s %12s %8s  %32s %14s%n",
          "components", "per request", "clients", "acknowledged/s (least, most)", "a commit, ms");
      for (Load load : LOADS) {
        turn(server, load);
        double[] rates = new double[turns];
        double millis = commitMillis(registry);
        double commits = commits(registry);
        for (int t = 0; t < turns; t++) {
          rates[t] = turn(server, load);
        }
        Arrays.sort(rates);
        out.printf(
            Locale.ROOT,
            "%10d %12d %8d  %,12.0f (%,.0f, %,.0f) %14.2f%n",
            load.components(),
            load.requestSize(),
            load.clients(),
            rates[turns / 2],
            rates[0],
            rates[turns - 1],
            (commitMillis(registry) - millis) / (commits(registry) - commits));
      }
    }
  }

  private static double commits(PrometheusMeterRegistry registry) {
    return registry.get("fieldstream.measurement.commit").timer().count();
  }

  private static double commitMillis(PrometheusMeterRegistry registry) {
    return registry
        .get("fieldstream.measurement.commit")
        .timer()
        .totalTime(java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  /** Acknowledged measurements a second. */
  private double turn(FieldstreamServer server, Load load) {
    AtomicLong acknowledged = new AtomicLong();
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int c = 0; c < load.clients(); c++) {
      long first = nextId;
      nextId += 1L << 40;
      Thread thread = new Thread(() -> client(server, load, first, start, acknowledged));
      threads.add(thread);
      thread.start();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return acknowledged.get() / ((System.nanoTime() - start) * 1e-9);
  }

  private void client(
      FieldstreamServer server, Load load, long first, long start, AtomicLong acknowledged) {
    try (FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.grpcPort());
        MeasurementRecorder recorder = client.recorder()) {
      long id = first;
      while (System.nanoTime() - start < seconds * 1e9) {
        List<Measurement> request = new ArrayList<>(load.requestSize());
        for (int i = 0; i < load.requestSize(); i++) {
          Measurement.Builder measurement =
              Measurement.newBuilder()
                  .setSeries("bench/" + load.components() + "/" + (first >>> 40) % load.clients())
                  .setConfigurationId(id++);
          for (int c = 0; c < load.components(); c++) {
            measurement.addValues(Math.sin(id + c));
          }
          request.add(measurement.build());
        }
        recorder
            .record(request)
            .thenAccept(response -> acknowledged.addAndGet(response.getStored()));
      }
      recorder.finish().join();
    }
  }

  private void replay(Path data) throws IOException {
    MeasurementConfig measurement = MeasurementConfig.DEFAULTS;
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    long start = System.nanoTime();
    try (MeasurementWriter writer =
        MeasurementWriter.start(
            data,
            new MeasurementLimits(
                measurement.maxSeries(),
                measurement.queueBytes(),
                measurement.effectiveEstimatorBytes(),
                measurement.storeBytes()),
            new FieldstreamMeters(registry).measurements(),
            name -> false)) {
      writer.replayed().join();
      double took = (System.nanoTime() - start) * 1e-9;
      long count = 0;
      long numbers = 0;
      for (String name : writer.board().names()) {
        var series = writer.board().find(name);
        if (series != null) {
          count += series.components().get(0).count();
          numbers += series.components().get(0).count() * series.components().size();
        }
      }
      out.printf(
          Locale.ROOT,
          "%nA new server reads %,d measurements of %,d numbers (%,d MB) in %.1f s: %.1f s for 10^6.%n",
          count,
          numbers,
          Files.size(data.resolve("measurements.db")) / 1_000_000,
          took,
          took / count * 1e6);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
