package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.FaultyMachine;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.Proposing;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Judge;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session of proposals says, counts and frees. */
final class ProposeTest {
  private static final int LANES = 16;
  private static final int SITES = 6;

  private final UniformDraws model = new UniformDraws("u", List.of(3, 2), 0.5, LANES);
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
    server = TestServer.start(model);
    client = server.client();
  }

  @AfterEach
  void stop() {
    model.gate(null);
    client.close();
    server.close();
  }

  private static ProposalSession.Builder session() {
    return ProposalSession.newBuilder().setModel("u").setSeed(11);
  }

  private List<SubscribeResponse> stream(Exactness exactness, int count) {
    Outcome<SubscribeResponse> outcome =
        client.collect(
            SubscribeRequest.newBuilder()
                .setModel("u")
                .setSeed(11)
                .setExactness(exactness)
                .setCount(count)
                .setBatchSize(count)
                .build());
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages();
  }

  private static ByteString fields(List<ProposeResponse> answers) {
    return answers.stream()
        .map(ProposeResponse::getFields)
        .reduce(ByteString.EMPTY, ByteString::concat);
  }

  private static double[] doubles(ByteString fields) {
    ByteBuffer in = fields.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[fields.size() / Float.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getFloat();
    }
    return values;
  }

  @Test
  void proposalsAreTheDrawsOfTheWeightedStreamHoweverTheyAreAskedFor() {
    List<SubscribeResponse> stream = stream(Exactness.EXACTNESS_REWEIGHT, 60);
    // Beside it another session, so that device batches are shared.
    Proposing other = client.propose().open(session().setSeed(12)).ask(100).ask(100);
    Proposing session = client.propose().open(session());
    for (int count : new int[] {1, 0, 40, 3, 15}) {
      session.ask(count);
    }
    Outcome<ProposeResponse> outcome = session.finish();
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    List<ProposeResponse> answers = outcome.messages();
    assertThat(answers.stream().map(ProposeResponse::getCount)).containsExactly(1, 1, 40, 3, 15);
    assertThat(answers.stream().map(ProposeResponse::getFirstIndex))
        .containsExactly(0L, 1L, 2L, 42L, 45L);
    assertThat(fields(answers)).isEqualTo(stream.get(0).getFields());
    List<Double> actions = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (ProposeResponse answer : answers) {
      assertThat(answer.getShapeList()).containsExactly(answer.getCount(), 1, 3, 2);
      assertThat(answer.getDtype()).isEqualTo(DType.DTYPE_FLOAT32);
      assertThat(answer.getModelDigest()).isEqualTo("sha256:" + "ab".repeat(32));
      assertThat(answer.getAcceptedCount()).isZero();
      assertThat(answer.hasCurrent()).isFalse();
      CRC32C crc = new CRC32C();
      crc.update(answer.getFields().toByteArray());
      assertThat(answer.getCrc32C()).isEqualTo((int) crc.getValue());
      for (int i = 0; i < answer.getCount(); i++) {
        actions.add(answer.getAction(i));
        weights.add(-answer.getAction(i) - answer.getLogQ(i));
      }
    }
    assertThat(actions).isEqualTo(stream.get(0).getActionList());
    assertThat(weights).isEqualTo(stream.get(0).getLogWeightList());
    assertThat(other.finish().messages()).hasSize(2);
  }

  @Test
  void aSessionGoesOnFromAnyIndexAndInFloat64() {
    List<ProposeResponse> whole = client.propose().open(session()).ask(50).finish().messages();
    List<ProposeResponse> rest =
        client
            .propose()
            .open(session().setFirstIndex(30).setDtype(DType.DTYPE_FLOAT64))
            .ask(20)
            .finish()
            .messages();
    assertThat(rest.get(0).getFirstIndex()).isEqualTo(30);
    assertThat(rest.get(0).getActionList()).isEqualTo(whole.get(0).getActionList().subList(30, 50));
    ByteBuffer wide = rest.get(0).getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[] narrow = doubles(whole.get(0).getFields());
    for (int i = 30 * SITES; i < 50 * SITES; i++) {
      assertThat(wide.getDouble()).isEqualTo(narrow[i]);
    }
  }

  @Test
  void theClientsVerdictsAreCounted() {
    Proposing session = client.propose().open(session()).ask(5);
    assertThat(session.answer(0).getJudgedTotal()).isZero();
    session.judge(0, true, false, true).judge(4, true).ask(1);
    ProposeResponse second = session.answer(1);
    assertThat(second.getJudgedTotal()).isEqualTo(4);
    assertThat(second.getAcceptedTotal()).isEqualTo(3);
    session.judge(5, false).judge(3, false);
    assertThat(session.finish().status()).isEqualTo(GrpcStatus.OK);
    assertThat(new HttpGet(server.server().httpPort()).get("/metrics").body())
        .contains("fieldstream_proposals_total{model=\"u\"} 6.0")
        .contains("fieldstream_acceptances_total{model=\"u\"} 3.0")
        .containsPattern("fieldstream_ess_draws\\{model=\"u\"\\} 6\\.0");
  }

  /** Same seed, same uniforms: from a METROPOLIS stream's state 0 its chain goes on the same. */
  @Test
  void theServersDecisionsAreThoseOfTheMetropolisStream() {
    List<SubscribeResponse> stream = stream(Exactness.EXACTNESS_METROPOLIS, 200);
    SubscribeResponse chain = stream.get(0);
    assertThat(chain.getCount()).isEqualTo(200);
    CurrentState.Builder state =
        CurrentState.newBuilder()
            .setAction(chain.getAction(0))
            .setLogQ(-chain.getAction(0) - chain.getLogWeight(0));
    ProposalSession.Builder opened = session().setFirstIndex(1).setJudge(Judge.JUDGE_SERVER);
    ProposeResponse once = client.propose().open(opened).ask(199, state).finish().messages().get(0);
    assertThat(once.getAcceptedList()).isEqualTo(chain.getAcceptedList().subList(1, 200));
    assertThat(once.getAcceptedList()).contains(true, false);
    assertThat(once.getJudgedTotal()).isEqualTo(199);
    assertThat(once.getAcceptedTotal())
        .isEqualTo(once.getAcceptedList().stream().filter(a -> a).count());
    // One by one, the client telling its field each time, the same decisions.
    Proposing session = client.propose().open(opened);
    CurrentState.Builder current = state;
    for (int i = 0; i < 30; i++) {
      session.ask(1, current);
      ProposeResponse answer = session.answer(i);
      assertThat(answer.getAccepted(0)).as("%d", i).isEqualTo(once.getAccepted(i));
      if (answer.getAccepted(0)) {
        CRC32C crc = new CRC32C();
        crc.update(answer.getFields().toByteArray());
        current =
            CurrentState.newBuilder().setFields(answer.getFields()).setCrc32C((int) crc.getValue());
      }
    }
    assertThat(session.finish().status()).isEqualTo(GrpcStatus.OK);
  }

  @Test
  void aStatesActionAndDensityAreTold() {
    double[] field = {0.1, -1.2, 1.9, 0, 0.4, -0.3};
    double square = 0;
    for (double phi : field) {
      square += phi * phi;
    }
    Proposing session =
        client
            .propose()
            .open(session().setDtype(DType.DTYPE_FLOAT64))
            .ask(2, Proposing.state(field))
            .ask(1)
            .ask(1, CurrentState.newBuilder().setAction(3).setLogQ(-4))
            .ask(1, Proposing.state(field).setLogQ(-4).setAction(0.75 * square + 5e-6));
    List<ProposeResponse> answers = session.finish().messages();
    assertThat(answers.get(0).getCurrent().getAction()).isEqualTo(0.75 * square);
    assertThat(answers.get(0).getCurrent().getLogQ()).isEqualTo(-6 * Math.log(4));
    assertThat(answers.get(1).hasCurrent()).isFalse();
    assertThat(answers.get(2).getCurrent().getAction()).isEqualTo(3);
    assertThat(answers.get(2).getCurrent().getLogQ()).isEqualTo(-4);
    assertThat(answers.get(3).getCurrent().getAction()).isEqualTo(0.75 * square);
    assertThat(answers.get(3).getCurrent().getLogQ()).isEqualTo(-4);
  }

  @Test
  void aDensityThatFailsEndsItsSessionAndNobodyElse() {
    Proposing beside = client.propose().open(session()).ask(1);
    beside.answer(0);
    Semaphore gate = new Semaphore(0);
    model.gate(gate);
    model.failDensity(new IllegalStateException("a fault of the density"));
    Proposing failing = client.propose().open(session().setDtype(DType.DTYPE_FLOAT64));
    Outcome<ProposeResponse> outcome = failing.ask(1, Proposing.state(new double[SITES])).end();
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INTERNAL);
    assertThat(outcome.message())
        .isEqualTo("the density of model u failed; the server's log has the cause");
    gate.release(10);
    assertThat(beside.ask(1).finish().messages()).hasSize(2);
  }

  /** 16 KiB a proposal and 16 proposals an answer: three of them fit into the budget. */
  @Test
  void whoAsksAndDoesNotReadHoldsItsBudgetAndNoMore() {
    UniformDraws large = new UniformDraws("u", List.of(64, 64), 0.5, LANES);
    long budget = 1 << 20;
    try (TestServer small = TestServer.start(TestServer.budget(budget, 8 * budget, 8), large);
        StreamClient stalled = small.client()) {
      Subscriptions subscriptions = small.server().subscriptions();
      Proposing session = stalled.proposeUnread().open(session());
      for (int k = 0; k < 200; k++) {
        session.ask(LANES);
      }
      // The network takes some, then as much is held as may be.
      await().until(() -> subscriptions.totalHeldBytes() > budget - (1 << 18) - (1 << 14));
      assertThat(client.propose().open(session()).ask(5).finish().messages()).hasSize(1);
      // 50 MiB were asked for.
      assertThat(large.draws()).isLessThan(100 * LANES);
      session.read();
      await().until(() -> session.received() == 200);
      assertThat(subscriptions.peakHeldBytes()).isLessThanOrEqualTo(budget);
      assertThat(large.draws()).isEqualTo(200 * LANES);
      assertThat(session.finish().status()).isEqualTo(GrpcStatus.OK);
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
    }
  }

  @Test
  void whoCancelsTakesHisWorkWithHim() {
    Semaphore gate = new Semaphore(0);
    model.gate(gate);
    Proposing session = client.propose().open(session()).ask(1000);
    await().until(gate::hasQueuedThreads);
    assertThat(server.server().subscriptions().active()).isOne();
    session.cancel();
    await().until(() -> server.server().subscriptions().active() == 0);
    gate.release(1000);
    await().until(() -> model.draws() == LANES);
    model.gate(null);
    // Had the others been made, they would come before this one's.
    assertThat(client.propose().open(session()).ask(1).finish().messages()).hasSize(1);
    assertThat(model.draws()).isEqualTo(LANES + 1);
  }

  @Test
  void aDeadlineEndsASession() {
    Proposing session = client.propose(300).open(session()).ask(1);
    Outcome<ProposeResponse> outcome = session.end();
    assertThat(outcome.status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
    await().until(() -> server.server().subscriptions().active() == 0);
  }

  @Test
  void aDrainLetsWhatIsBegunOutAndSaysHowToGoOn() {
    Semaphore gate = new Semaphore(0);
    Proposing idle = client.propose().open(session()).ask(1);
    idle.answer(0);
    model.gate(gate);
    Proposing busy = client.propose().open(session()).ask(LANES);
    await().until(gate::hasQueuedThreads);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    Outcome<ProposeResponse> first = idle.end();
    assertThat(first.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(first.message())
        .isEqualTo(
            "the server is shutting down; open a session elsewhere, its first_index one past the"
                + " last proposal received");
    assertThat(busy.hasEnded()).isFalse();
    gate.release(10);
    Outcome<ProposeResponse> second = busy.end();
    assertThat(second.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(second.messages()).hasSize(1);
    closing.join();
  }

  @Test
  void aSessionNeverChangesMachines() {
    FaultyMachine device = new FaultyMachine(MachineKind.OPENCL);
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    candidates.put("opencl:0", () -> device);
    candidates.put("vector", () -> new FaultyMachine(MachineKind.VECTOR));
    Model flow = ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
    try (TestServer two = TestServer.start(MachineLineup.of(candidates), flow);
        StreamClient one = two.client()) {
      ProposalSession.Builder opened = session().setModel(flow.id());
      Proposing session = one.propose().open(opened).ask(3);
      session.answer(0);
      device.runs(0);
      Outcome<ProposeResponse> cut = session.ask(3).end();
      assertThat(cut.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(cut.message()).contains("machine: OPENCL failed in the middle of the stream");
      assertThat(one.propose().open(opened).ask(3).finish().messages()).hasSize(1);
    }
  }

  @Test
  void sessionsHaveAPlaceAmongTheSubscriptions() {
    try (TestServer small = TestServer.start(TestServer.budget(1 << 20, 8 << 20, 1), model);
        StreamClient one = small.client()) {
      Proposing session = one.propose().open(session()).ask(1);
      session.answer(0);
      Outcome<ProposeResponse> refused = one.propose().open(session()).end();
      assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(refused.message())
          .isEqualTo("subscriptions: 1 running (expected: at most 1 at a time)");
      assertThat(session.finish().status()).isEqualTo(GrpcStatus.OK);
    }
  }
}
