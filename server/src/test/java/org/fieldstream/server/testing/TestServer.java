package org.fieldstream.server.testing;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.Backend;
import org.fieldstream.server.FieldstreamServer;
import org.fieldstream.server.config.DataConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.config.SessionConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.Theories;
import org.fieldstream.server.theory.TheoryCatalog;

/** A real server on loopback ports. */
public final class TestServer implements AutoCloseable {
  private final FieldstreamServer server;
  private final FakeMachine machine;

  private TestServer(FieldstreamServer server, FakeMachine machine) {
    this.server = server;
    this.machine = machine;
  }

  /** Starts one with default limits. */
  public static TestServer start(Model... models) {
    return start(config -> config, models);
  }

  /** Starts one whose models compute by themselves. */
  public static TestServer start(UnaryOperator<FieldstreamConfig> change, Model... models) {
    FakeMachine machine = new FakeMachine();
    return start(change, machine, MachineLineup.only(machine), GaussTheory.CATALOG, models);
  }

  /** Starts one whose models compute on machines. */
  public static TestServer start(MachineLineup machines, Model... models) {
    return start(config -> config, new FakeMachine(), machines, new Theories(), models);
  }

  /** Starts one whose models compute on machines, with other limits. */
  public static TestServer start(
      UnaryOperator<FieldstreamConfig> change, MachineLineup machines, Model... models) {
    return start(change, new FakeMachine(), machines, new Theories(), models);
  }

  /**
   * With a data directory; a pushed ensemble is certified by so many configurations, 0 for none.
   */
  public static UnaryOperator<FieldstreamConfig> data(Path directory, int certified) {
    return config ->
        new FieldstreamConfig(
            config.server(),
            config.device(),
            config.session(),
            config.measurement(),
            new DataConfig(directory.toString(), 1 << 30, certified));
  }

  /** Starts one with models that may change. */
  public static TestServer start(
      UnaryOperator<FieldstreamConfig> change, MachineLineup machines, ModelRegistry models) {
    return start(change, new FakeMachine(), machines, new Theories(), models);
  }

  private static TestServer start(
      UnaryOperator<FieldstreamConfig> change,
      FakeMachine machine,
      MachineLineup machines,
      TheoryCatalog theories,
      Model... models) {
    List<Model> sorted = Arrays.stream(models).sorted(Comparator.comparing(Model::id)).toList();
    return start(change, machine, machines, theories, () -> sorted);
  }

  private static TestServer start(
      UnaryOperator<FieldstreamConfig> change,
      FakeMachine machine,
      MachineLineup machines,
      TheoryCatalog theories,
      ModelRegistry models) {
    FieldstreamConfig config =
        change.apply(
            new FieldstreamConfig(
                new ServerConfig("127.0.0.1", 0, 0, 2, 16 << 20, 10),
                FieldstreamConfig.DEFAULTS.device(),
                SessionConfig.DEFAULTS,
                FieldstreamConfig.DEFAULTS.measurement(),
                FieldstreamConfig.DEFAULTS.data()));
    return new TestServer(
        FieldstreamServer.start(
            config,
            new Backend(models, theories, machines),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
        machine);
  }

  /** With another byte budget. */
  public static UnaryOperator<FieldstreamConfig> budget(long bytes, long total, int most) {
    return config ->
        new FieldstreamConfig(
            config.server(),
            config.device(),
            new SessionConfig(bytes, total, most, 1 << 16, 1 << 24, 512 << 10, 0),
            config.measurement(),
            config.data());
  }

  /** With other memory for chains. */
  public static UnaryOperator<FieldstreamConfig> chains(long bytes) {
    return config ->
        new FieldstreamConfig(
            config.server(),
            config.device(),
            new SessionConfig(8 << 20, 0, 1024, 1 << 16, 1 << 24, 512 << 10, bytes),
            config.measurement(),
            config.data());
  }

  public FieldstreamServer server() {
    return server;
  }

  public FakeMachine machine() {
    return machine;
  }

  /** A client of it. */
  public StreamClient client() {
    return new StreamClient(Vertx.vertx(), server.grpcPort());
  }

  @Override
  public void close() {
    server.close();
  }

  /** The result of a future, waited for at most two minutes. */
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
