package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.FaultyMachine;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A machine that fails a model is followed by the next one for streams that begin, and never in the
 * middle of a stream.
 */
final class MachineFallbackTest {
  private static final int COUNT = 200;
  private static final Model FLOW = ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();

  private final FaultyMachine device = new FaultyMachine(MachineKind.OPENCL);

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  /** What is streamed. */
  enum Kind {
    FLOW,
    HMC;

    SubscribeRequest.Builder request() {
      SubscribeRequest.Builder request =
          SubscribeRequest.newBuilder().setSeed(3).setCount(COUNT).setBatchSize(10);
      return this == FLOW
          ? request.setModel(MachineFallbackTest.FLOW.id())
          : request
              .setModel("hmc")
              .setTarget(
                  Target.newBuilder()
                      .setTheory("phi4")
                      .addExtents(4)
                      .addExtents(4)
                      .putCouplings("m2", 1)
                      .putCouplings("lambda", 1));
    }
  }

  private TestServer automatic() {
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    candidates.put("opencl:0", () -> device);
    candidates.put("vector", () -> new FaultyMachine(MachineKind.VECTOR));
    return server(MachineLineup.of(candidates));
  }

  private static TestServer named(Machine machine) {
    return server(MachineLineup.only(machine));
  }

  private static TestServer server(MachineLineup machines) {
    return TestServer.start(machines, FLOW, ChainModel.hmc());
  }

  private static Outcome<SubscribeResponse> collect(TestServer server, SubscribeRequest request) {
    try (StreamClient client = server.client()) {
      return client.collect(request);
    }
  }

  private static void assertWhole(Outcome<SubscribeResponse> found, MachineKind kind, Kind what) {
    assertThat(found.status()).as(found.message()).isEqualTo(GrpcStatus.OK);
    try (TestServer healthy = named(new FaultyMachine(kind))) {
      Outcome<SubscribeResponse> expected = collect(healthy, what.request().build());
      assertThat(Content.of(found.messages()).difference(Content.of(expected.messages())))
          .isEmpty();
      // What it was made on is in its tokens.
      Outcome<SubscribeResponse> rest = collect(healthy, resumed(what, found.messages().get(4)));
      assertThat(rest.status()).as(rest.message()).isEqualTo(GrpcStatus.OK);
      assertThat(rest.messages()).hasSize(COUNT / 10 - 5);
    }
  }

  private static SubscribeRequest resumed(Kind what, SubscribeResponse after) {
    ByteString token = after.getResumeToken();
    return what.request().setResumeToken(token).build();
  }

  private static String machineOf(TestServer server, Model model) {
    try (StreamClient client = server.client()) {
      Outcome<GetModelResponse> outcome =
          client.call(
              "fieldstream.v1.ModelService",
              "GetModel",
              GetModelRequest.newBuilder().setModel(model.id()).build(),
              GetModelResponse.getDefaultInstance());
      return outcome.messages().get(0).getModel().getFactsOrThrow("machine");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aProgramThatDoesNotLoadGoesToTheNextMachine(Kind what) {
    try (TestServer server = automatic()) {
      assertThat(machineOf(server, FLOW)).isEqualTo("opencl");
      // A chain has two programs: one is loaded and has to be given back.
      device.loads(what == Kind.FLOW ? 0 : 1);
      assertWhole(collect(server, what.request().build()), MachineKind.VECTOR, what);
      assertThat(machineOf(server, FLOW)).isEqualTo(what == Kind.FLOW ? "vector" : "opencl");
      assertThat(device.open()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aProgramThatDoesNotRunGoesToTheNextMachine(Kind what) {
    try (TestServer server = automatic()) {
      // HMC fails while it thermalises and starts over.
      device.runs(what == Kind.FLOW ? 0 : 50);
      assertWhole(collect(server, what.request().build()), MachineKind.VECTOR, what);
      assertThat(device.open()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aStreamNeverChangesMachines(Kind what) {
    try (TestServer server = automatic();
        StreamClient client = server.client()) {
      StreamClient.Running running = client.subscribe(what.request().setCount(0).build());
      await().until(() -> running.received() > 5);
      device.runs(0);
      Outcome<SubscribeResponse> cut = running.end();
      assertThat(cut.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(cut.message())
          .isEqualTo(
              "machine: OPENCL failed in the middle of the stream (expected: VECTOR, which serves"
                  + " model "
                  + what.request().getModel()
                  + " from now on; start a new stream, or resume this one where a OPENCL machine"
                  + " serves it)");
      SubscribeRequest rest = resumed(what, cut.messages().get(5));
      Outcome<SubscribeResponse> refused = client.collect(rest);
      assertThat(refused.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(refused.message())
          .isEqualTo(
              "resume_token: of a stream from a OPENCL machine (expected: from a VECTOR machine,"
                  + " the one that serves this model here)");
      assertWhole(client.collect(what.request().build()), MachineKind.VECTOR, what);
      try (TestServer other = named(new FaultyMachine(MachineKind.OPENCL))) {
        assertThat(collect(other, rest).status()).isEqualTo(GrpcStatus.OK);
      }
    }
  }

  @Test
  void aMachineAskedForByNameFailsClearly() {
    try (TestServer server = named(device.loads(0))) {
      Outcome<?> failed = collect(server, Kind.FLOW.request().build());
      assertThat(failed.status()).isEqualTo(GrpcStatus.INTERNAL);
      assertThat(failed.message()).isEqualTo("memory: none left on the device (expected: some)");
      assertThat(machineOf(server, FLOW)).isEqualTo("opencl");
    }
  }
}
