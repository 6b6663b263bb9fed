package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small flow trained by a real server, streamed by it, and removed. */
@Timeout(300)
class TrainModelTest {
  private static final String SERVICE = "fieldstream.v1.ModelService";

  @TempDir Path data;
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 0),
            MachineLineup.only(new VectorMachine(2)),
            ModelStore.load(data));
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static TrainModelRequest.Builder request() {
    return TrainModelRequest.newBuilder()
        .setModel("mine")
        .setGenerator("continuous-flow")
        .setTarget(
            Target.newBuilder()
                .setTheory("phi4")
                .addAllExtents(List.of(4, 4))
                .putCouplings("m2", 1)
                .putCouplings("lambda", 0.5))
        .setSeed(3)
        .setSteps(20)
        .setBatchSize(32)
        .putAllSettings(Map.of("levels", 1.0, "layers", 1.0, "sines", 1.0, "gates", 0.0))
        .putAllSettings(Map.of("overlap", 0.25, "evaluations", 2.0))
        .putFacts("asked by", "a test");
  }

  private Outcome<TrainModelResponse> train(TrainModelRequest.Builder request) {
    return client.call(
        SERVICE, "TrainModel", request.build(), TrainModelResponse.getDefaultInstance());
  }

  private Outcome<DeleteModelResponse> delete(String model, String digest) {
    return client.call(
        SERVICE,
        "DeleteModel",
        DeleteModelRequest.newBuilder().setModel(model).setDigest(digest).build(),
        DeleteModelResponse.getDefaultInstance());
  }

  private Outcome<GetModelResponse> get(String model) {
    return client.call(
        SERVICE,
        "GetModel",
        GetModelRequest.newBuilder().setModel(model).build(),
        GetModelResponse.getDefaultInstance());
  }

  @Test
  void aModelIsTrainedListedStreamedAndRemoved() {
    Outcome<TrainModelResponse> trained = train(request());
    assertThat(trained.status()).as(trained.message()).isEqualTo(GrpcStatus.OK);
    List<TrainModelResponse> told = trained.messages();
    assertThat(told).filteredOn(TrainModelResponse::hasQuality).hasSize(2);
    assertThat(told).allSatisfy(t -> assertThat(t.getSteps()).isEqualTo(20));
    Model model = told.get(told.size() - 1).getModel();
    assertThat(told.subList(0, told.size() - 1)).noneMatch(TrainModelResponse::hasModel);
    assertThat(model.getQuality().getEssFraction()).isGreaterThan(0.5);
    assertThat(model.getTraining().getCommand())
        .startsWith("train --id mine --theory phi4 --extents 4x4 --coupling lambda=0.5")
        .contains("--blocks 0:1 --sines 1 --gates 0 --overlap 0.25 --seed 3 --steps 20 --batch 32");
    assertThat(model.getFactsOrThrow("asked by")).isEqualTo("a test");
    assertThat(get("mine").messages().get(0).getModel()).isEqualTo(model);
    assertThat(data.resolve("training/mine")).doesNotExist();
    assertThat(data.resolve("models/mine/checkpoint.safetensors")).doesNotExist();
    // A server that starts later has it, too.
    assertThat(ModelStore.load(data).find("mine"))
        .hasValueSatisfying(m -> assertThat("sha256:" + m.digest()).isEqualTo(model.getDigest()));
    assertRefused(train(request()), GrpcStatus.ALREADY_EXISTS, "model: mine exists");

    StreamClient.Running stream =
        client.subscribe(
            SubscribeRequest.newBuilder()
                .setModel("mine")
                .setExactness(Exactness.EXACTNESS_METROPOLIS)
                .build());
    await().atMost(Duration.ofMinutes(1)).until(() -> stream.received() > 0);
    SubscribeResponse first = stream.messages().get(0);
    assertThat(first.getModelDigest()).isEqualTo(model.getDigest());
    assertRefused(delete("mine", ""), GrpcStatus.FAILED_PRECONDITION, "model: streams of mine run");
    stream.cancel();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.server().subscriptions().active() == 0);
    assertRefused(delete("mine", "sha256:0"), GrpcStatus.FAILED_PRECONDITION, "digest: ");
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              Outcome<DeleteModelResponse> gone = delete("mine", model.getDigest());
              assertThat(gone.status()).as(gone.message()).isEqualTo(GrpcStatus.OK);
            });
    assertThat(get("mine").status()).isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(data.resolve("models/mine")).doesNotExist();
  }

  @Test
  void whatShipsStays() {
    for (String id : List.of("phi4-continuous-8x8", "hmc")) {
      assertRefused(delete(id, ""), GrpcStatus.FAILED_PRECONDITION, "model: " + id + " ships");
      assertRefused(train(request().setModel(id)), GrpcStatus.ALREADY_EXISTS, "model: " + id);
    }
    assertRefused(delete("nothing", ""), GrpcStatus.NOT_FOUND, "model: \"nothing\"");
  }

  @Test
  void faultsAreNamed() {
    GrpcStatus bad = GrpcStatus.INVALID_ARGUMENT;
    assertRefused(train(request().setModel("../x")), bad, "model: \"../x\"");
    assertRefused(
        train(request().setGenerator("normalising-flow")),
        GrpcStatus.NOT_FOUND,
        "generator: \"normalising-flow\" (expected: continuous-flow, affine-flow or diffusion)");
    assertRefused(train(request().clearTarget()), bad, "target: none");
    assertRefused(
        train(request().setTarget(request().getTarget().toBuilder().putCouplings("g", 1))),
        bad,
        "couplings");
    assertRefused(
        train(request().putSettings("depth", 3)),
        bad,
        "settings: \"depth\" (expected: of clip, evaluations, gates, layers");
    assertRefused(train(request().putSettings("layers", 1.5)), bad, "settings.layers: 1.5");
    assertRefused(train(request().putSettings("overlap", 0.7)), bad, "settings.overlap: 0.7");
    assertRefused(train(request().setBatchSize(1 << 30)), bad, "batch_size: 1073741824");
    assertRefused(
        train(request().setStartFrom("hmc")), GrpcStatus.NOT_FOUND, "start_from: \"hmc\"");
    assertRefused(train(request().setEnsemble("e")), bad, "ensemble: \"e\"");
    assertThat(Files.exists(data.resolve("training"))).isFalse();
  }

  private static void assertRefused(Outcome<?> outcome, GrpcStatus status, String sentence) {
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(status);
    assertThat(outcome.message()).startsWith(sentence);
  }
}
