package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.FakeMachine;
import org.fieldstream.server.testing.FaultyMachine;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;
import org.fieldstream.server.theory.TheoryCatalog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The thread that computes outlives everything, and every stream learns how it ended. */
final class DeviceWorkerTest {
  private static final StreamMeters UNWATCHED = (plan, chains) -> StreamMeter.NONE;

  private final FieldstreamMeters meters = new FieldstreamMeters(new SimpleMeterRegistry());
  private final List<DeviceWorker> workers = new ArrayList<>();
  private MachineLineup machines = MachineLineup.only(new FakeMachine());
  private final ChainBudget budget = new ChainBudget(1 << 20);
  private Placement placement = new Placement(machines);

  private DeviceWorker worker() {
    DeviceWorker worker =
        new DeviceWorker(machines, placement, budget, kind -> meters.device(kind.name()));
    workers.add(worker);
    return worker;
  }

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  @AfterEach
  void close() {
    workers.forEach(DeviceWorker::close);
  }

  private StreamPlan plan(
      Model model, @Nullable Target target, TheoryCatalog theories, long seed, long count) {
    return new StreamPlanner(() -> List.of(model), theories, SessionLimits.DEFAULTS, placement)
        .plan(
            new StreamRequest(
                model.id(),
                target,
                null,
                seed,
                count,
                5,
                Precision.FLOAT32,
                List.of(),
                false,
                null,
                new byte[0]));
  }

  private StreamPlan plan(Model model, long seed, long count) {
    return plan(model, null, GaussTheory.CATALOG, seed, count);
  }

  private static UniformDraws uniform() {
    return new UniformDraws("u", List.of(4, 4), 0.5, 16);
  }

  /** Writes down what it is told. */
  private static class Notes implements BatchSink {
    final ConcurrentLinkedQueue<StreamBatch> batches = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> ends = new ConcurrentLinkedQueue<>();

    @Override
    public void batch(StreamBatch batch) {
      batches.add(batch);
    }

    @Override
    public void completed() {
      ends.add("completed");
    }

    @Override
    public void stopped() {
      ends.add("stopped");
    }

    @Override
    public void failed(ServiceException failure) {
      ends.add(failure.code().name());
    }

    List<String> waitForEnd() {
      await().until(() -> !ends.isEmpty());
      return List.copyOf(ends);
    }
  }

  @Test
  void onlyStreamsThatHaveNotBegunFollowTheirModelToTheNextMachine() {
    FaultyMachine device = new FaultyMachine(MachineKind.OPENCL);
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    candidates.put("opencl:0", () -> device);
    candidates.put("vector", () -> new FaultyMachine(MachineKind.VECTOR));
    machines = MachineLineup.of(candidates);
    placement = new Placement(machines);
    DeviceWorker worker = worker();
    Model flow = ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
    Notes begun = new Notes();
    Notes waiting = new Notes();
    StreamTicket first = worker.submit(plan(flow, null, new Theories(), 1, 0), begun, UNWATCHED);
    first.request(5);
    await().until(() -> begun.batches.size() == 1);
    StreamPlan late = plan(flow, null, new Theories(), 2, 5);
    StreamTicket second = worker.submit(late, waiting, UNWATCHED);
    assertThat(late.binding().machine()).isEqualTo(MachineKind.OPENCL);
    device.runs(0);
    first.request(5);
    assertThat(begun.waitForEnd()).containsExactly("MACHINE_CHANGED");
    second.request(5);
    assertThat(waiting.waitForEnd()).containsExactly("completed");
    StreamPlan later = plan(flow, null, new Theories(), 2, 5);
    assertThat(later.binding().machine()).isEqualTo(MachineKind.VECTOR);
    byte[] token = waiting.batches.element().resumeToken();
    assertThat(ResumeToken.decode(token, later.binding(), 256).nextIndex()).isEqualTo(5);
    // A plan from before the move that goes on from a token of the machine that failed cannot.
    Notes bound = new Notes();
    StreamPlan resumed =
        new StreamPlan(
            flow,
            late.target(),
            late.theory(),
            late.shape(),
            late.exactness(),
            1,
            5,
            4,
            10,
            5,
            5,
            late.precision(),
            late.observables(),
            false,
            WatchedLevels.NONE,
            late.digest(),
            late.binding());
    worker.submit(resumed, bound, UNWATCHED).request(5);
    assertThat(bound.waitForEnd()).containsExactly("MACHINE_CHANGED");
  }

  @Test
  void aSinkThatFailsLosesItsOwnStreamOnly() {
    DeviceWorker worker = worker();
    UniformDraws model = uniform();
    AutoregressiveChains chains = new AutoregressiveChains(8, Exactness.METROPOLIS);
    StreamPlan chain =
        plan(chains, new Target("gauss", List.of(4, 4), Map.of()), GaussTheory.CATALOG, 1, 5);
    Notes broken =
        new Notes() {
          @Override
          public void batch(StreamBatch batch) {
            throw new IllegalStateException("no such loop");
          }
        };
    Notes late =
        new Notes() {
          @Override
          public void completed() {
            throw new IllegalStateException("gone");
          }
        };
    Notes good = new Notes();
    for (StreamPlan plan : List.of(plan(model, 1, 5), chain)) {
      worker.submit(plan, broken, UNWATCHED).request(5);
      worker.submit(plan, late, UNWATCHED).request(5);
    }
    worker.submit(plan(model, 2, 50), good, UNWATCHED).request(50);
    assertThat(good.waitForEnd()).containsExactly("completed");
    assertThat(good.batches).hasSize(10);
    await().until(() -> chains.open() == 0 && budget.taken() == 0);
    assertThat(worker.isAlive()).isTrue();
    // Whoever is behind a sink is told, once for each of its two streams.
    assertThat(broken.ends).containsExactly("INTERNAL", "INTERNAL");
    assertThat(late.ends).containsExactly("INTERNAL", "INTERNAL");
  }

  /** The slow batch is whole only once the other model's stream is served. */
  @Test
  void streamsOfOtherModelsAreServedWhileABatchTakesLong() {
    DeviceWorker worker = worker();
    UniformDraws slow = new UniformDraws("slow", List.of(4, 4), 0.5, 16);
    UniformDraws quick = uniform();
    Notes served = new Notes();
    slow.whole(() -> !served.ends.isEmpty());
    Notes waiting = new Notes();
    worker.submit(plan(slow, 1, 5), waiting, UNWATCHED).request(5);
    worker.submit(plan(quick, 2, 50), served, UNWATCHED).request(50);
    assertThat(served.waitForEnd()).containsExactly("completed");
    assertThat(waiting.waitForEnd()).containsExactly("completed");
    assertThat(waiting.batches).hasSize(1);
  }

  @Test
  void aMeterThatFailsEndsItsStreamAndNotTheThread() {
    DeviceWorker worker = worker();
    UniformDraws model = uniform();
    StreamMeters failing =
        (plan, chains) ->
            new StreamMeter() {
              @Override
              public void configuration(boolean accepted, double logWeight, double[] observables) {}

              @Override
              public void close() {
                throw new IllegalStateException("meter: closed twice");
              }
            };
    Notes metered = new Notes();
    worker.submit(plan(model, 1, 5), metered, failing).request(5);
    assertThat(metered.waitForEnd()).containsExactly("completed");
    Notes next = new Notes();
    worker.submit(plan(model, 2, 5), next, UNWATCHED).request(5);
    assertThat(next.waitForEnd()).containsExactly("completed");
  }

  /** Whoever is let in while the thread ends is told so; whoever comes later is refused. */
  @Test
  void nobodyIsForgottenWhenTheThreadEnds() throws InterruptedException {
    UniformDraws model = uniform();
    StreamPlan plan = plan(model, 1, 0);
    for (int round = 0; round < 200; round++) {
      DeviceWorker worker = worker();
      ConcurrentLinkedQueue<Notes> letIn = new ConcurrentLinkedQueue<>();
      AtomicInteger refused = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(2);
      Thread[] clients = new Thread[2];
      for (int c = 0; c < clients.length; c++) {
        clients[c] =
            new Thread(
                () -> {
                  started.countDown();
                  while (refused.get() == 0) {
                    Notes notes = new Notes();
                    try {
                      worker.submit(plan, notes, UNWATCHED);
                      letIn.add(notes);
                    } catch (ServiceException e) {
                      assertThat(e.code()).isEqualTo(ErrorCode.DRAINING);
                      refused.incrementAndGet();
                    }
                  }
                });
        clients[c].start();
      }
      started.await();
      worker.close();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(refused.get()).isPositive();
      assertThat(letIn).allSatisfy(notes -> assertThat(notes.ends).containsExactly("DRAINING"));
    }
  }
}
