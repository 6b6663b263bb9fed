package org.fieldstream.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.monitoring.meters.PrometheusScrape;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.MeasurementConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.config.SessionConfig;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.grpc.GrpcFront;
import org.fieldstream.server.grpc.MeasurementCalls;
import org.fieldstream.server.grpc.Subscriptions;
import org.fieldstream.server.http.HttpFront;
import org.fieldstream.server.http.LivePage;
import org.fieldstream.server.http.ServerFacts;
import org.fieldstream.server.live.LiveStreams;
import org.fieldstream.server.measurement.MeasurementLimits;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.server.session.ChainBudget;
import org.fieldstream.server.session.DeviceWorker;
import org.fieldstream.server.session.MeteredStreams;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.session.SessionLimits;
import org.fieldstream.server.session.StreamPlanner;
import org.fieldstream.server.training.Trainings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: the device's thread, the gRPC port, the HTTP port. */
public final class FieldstreamServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FieldstreamServer.class);

  private final FieldstreamConfig config;
  private final Backend backend;
  private final FieldstreamMeters meters;
  private final Vertx vertx;
  private final Placement placement;
  private final DeviceWorker worker;
  private final Subscriptions subscriptions;
  private final EnsembleStore ensembles;
  private final Trainings trainings;
  private final MeasurementWriter measurements;
  private final MeasurementCalls measurementCalls;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Listeners listeners;
  private final LiveStreams streams;
  private final LivePage page;
  private final long startNanos = System.nanoTime();

  private FieldstreamServer(
      FieldstreamConfig config, Backend backend, PrometheusMeterRegistry registry) {
    this.config = config;
    this.meters = new FieldstreamMeters(registry);
    this.backend = backend;
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(config.server().eventLoops()));
    this.listeners = new Listeners(vertx, config.server());
    this.placement = new Placement(backend.machines());
    this.worker =
        new DeviceWorker(
            backend.machines(),
            placement,
            new ChainBudget(config.session().effectiveChainBytes()),
            kind -> meters.device(kind.name().toLowerCase(Locale.ROOT)));
    this.ensembles =
        new EnsembleStore(
            Path.of(config.data().directory()), backend.theories(), config.data().ensembleBytes());
    this.trainings = new Trainings(() -> Machines.open(config.device().machine()));
    this.streams = new LiveStreams(new MeteredStreams(meters), System::nanoTime);
    this.page = new LivePage(vertx, streams, this::facts);
    SessionConfig session = config.session();
    this.subscriptions =
        new Subscriptions(
            new Subscriptions.Bounds(
                session.bytesPerSubscription(),
                session.effectiveBytesTotal(),
                session.maxSubscriptions(),
                Duration.ofSeconds(config.server().drainSeconds())));
    MeasurementConfig measurement = config.measurement();
    this.measurementCalls = new MeasurementCalls(measurement.maxCalls());
    this.measurements =
        MeasurementWriter.start(
            Path.of(config.data().directory()),
            new MeasurementLimits(
                measurement.maxSeries(),
                measurement.queueBytes(),
                measurement.effectiveEstimatorBytes(),
                measurement.storeBytes()),
            meters.measurements(),
            this::beginsWithModel);
  }

  /** Whether a name is one of those under which the server shows what it measures itself. */
  private boolean beginsWithModel(String series) {
    return backend.models().list().stream().anyMatch(m -> series.startsWith(m.id() + '/'));
  }

  /**
   * Starts a server. Blocks until both ports listen; not for an event loop.
   *
   * @throws org.fieldstream.server.config.ConfigException where a port cannot be had
   */
  public static FieldstreamServer start(
      FieldstreamConfig config, Backend backend, PrometheusMeterRegistry registry) {
    FieldstreamServer server = new FieldstreamServer(config, backend, registry);
    try {
      await(server.listen(registry));
      return server;
    } catch (RuntimeException e) {
      server.release();
      throw e;
    }
  }

  private Future<Void> listen(PrometheusMeterRegistry registry) {
    ServerConfig ports = config.server();
    SessionConfig session = config.session();
    GrpcFront.Parts parts =
        new GrpcFront.Parts(
            backend.models(),
            backend.theories(),
            placement,
            new StreamPlanner(
                backend.models(),
                backend.theories(),
                new SessionLimits(
                    ports.maxMessageBytes(),
                    session.maxBatchSize(),
                    session.maxSites(),
                    session.preferredMessageBytes(),
                    session.effectiveChainBytes()),
                placement),
            worker,
            subscriptions,
            ensembles,
            new Certifier(
                ensembles,
                worker,
                meters,
                task -> vertx.executeBlocking(Executors.callable(task), false),
                config.data().certifyConfigurations()),
            trainings,
            streams,
            measurements,
            measurementCalls,
            meters,
            this::isReady);
    HttpFront.Parts pages =
        new HttpFront.Parts(
            () -> PrometheusScrape.text(registry),
            worker::isAlive,
            this::isReady,
            this::describe,
            page);
    return listeners
        .grpc(() -> GrpcFront.create(vertx, parts, ports.maxMessageBytes()))
        .compose(v -> listeners.http(HttpFront.create(vertx, pages)));
  }

  /** The port gRPC listens on. */
  public int grpcPort() {
    return listeners.grpcPort();
  }

  /** The port HTTP listens on. */
  public int httpPort() {
    return listeners.httpPort();
  }

  /** The live page. */
  public LivePage page() {
    return page;
  }

  /** The running subscriptions. */
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /** The open calls that record or watch measurements. */
  public MeasurementCalls measurementCalls() {
    return measurementCalls;
  }

  /** Whether subscriptions are taken: models are there, the device works, no shutdown began. */
  public boolean isReady() {
    return !stopping.get() && worker.isAlive() && !backend.models().list().isEmpty();
  }

  /**
   * Shuts down: no new subscriptions, running ones end after the message they are at with a resume
   * token to go on with, measurements received are stored and acknowledged, and what has not ended
   * in time is broken off. Blocks until ports and threads are gone; a second call waits for the
   * first.
   */
  @Override
  public void close() {
    boolean first = stopping.compareAndSet(false, true);
    if (first) {
      LOG.info("Draining {} subscriptions", subscriptions.active());
      try {
        drain();
      } finally {
        try {
          release();
        } finally {
          stopped.complete(null);
        }
      }
    }
    stopped.join();
  }

  private void drain() {
    trainings.end();
    Duration patience = Duration.ofSeconds(config.server().drainSeconds());
    long begun = System.nanoTime();
    try {
      drainCalls();
    } finally {
      trainings.close(patience.minusNanos(System.nanoTime() - begun));
    }
  }

  private void drainCalls() {
    CompletableFuture<Void> drained =
        Future.join(subscriptions.drain(), measurementCalls.drain())
            .<Void>mapEmpty()
            .toCompletionStage()
            .toCompletableFuture();
    try {
      drained.get(config.server().drainSeconds(), TimeUnit.SECONDS);
      return;
    } catch (TimeoutException | InterruptedException e) {
      LOG.warn("Breaking off {} subscriptions", subscriptions.active());
    } catch (ExecutionException e) {
      LOG.warn("Draining failed", e);
    }
    subscriptions.reset();
    measurementCalls.reset();
  }

  private void release() {
    page.close();
    try {
      await(listeners.close());
    } catch (RuntimeException e) {
      LOG.warn("The ports did not close as they should", e);
    }
    worker.close();
    measurements.close();
    await(vertx.close());
    // Last: pushes still at work end with their threads.
    ensembles.close();
  }

  /** The result of a future; on the caller's thread, which is not one of Vert.x's. */
  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private ServerFacts facts() {
    Subscriptions.Bounds bounds = subscriptions.bounds();
    return new ServerFacts(
        isReady(),
        placement.first().describe(),
        grpcPort(),
        (System.nanoTime() - startNanos) * 1e-9,
        subscriptions.active(),
        bounds.maxSubscriptions(),
        subscriptions.totalHeldBytes(),
        bounds.bytesTotal(),
        bounds.bytesPerSubscription(),
        command());
  }

  /** How to start a stream here. */
  private String command() {
    String where = grpcPort() == 7420 ? "" : " --server 127.0.0.1:" + grpcPort();
    return backend.models().list().stream()
        .filter(model -> model.target() != null)
        .findFirst()
        .map(
            model ->
                "java -jar client-sdk/target/fieldstream-client.jar subscribe "
                    + model.id()
                    + where)
        .orElse("");
  }

  private String describe() {
    StringBuilder text = new StringBuilder("Fieldstream\n\n");
    text.append(isReady() ? "ready" : "not ready").append('\n');
    text.append("machine: ").append(placement.first().describe()).append('\n');
    text.append("gRPC port: ").append(grpcPort()).append('\n');
    text.append("subscriptions: ").append(subscriptions.active());
    text.append(", holding ").append(subscriptions.totalHeldBytes()).append(" bytes\n\nmodels:\n");
    backend
        .models()
        .list()
        .forEach(
            model ->
                text.append("  ")
                    .append(model.id())
                    .append("  ")
                    .append(model.generator())
                    .append("  ")
                    .append(placement.name(model))
                    .append('\n'));
    return text.append("\n/metrics  /healthz  /readyz  / (live page)\n").toString();
  }
}
