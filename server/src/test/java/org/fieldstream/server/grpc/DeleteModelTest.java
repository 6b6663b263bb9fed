package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.ShippedCopy;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.DeleteModelRequest;
import org.fieldstream.v1.DeleteModelResponse;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.SubscribeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A directory that makes three models, which a client removes at once or not at all. */
@Timeout(300)
class DeleteModelTest {
  private static final List<String> ALL = List.of("mine", "mine-langevin", "mine-maala");

  @TempDir Path data;

  private static Outcome<DeleteModelResponse> delete(StreamClient client, String model) {
    return client.call(
        "fieldstream.v1.ModelService",
        "DeleteModel",
        DeleteModelRequest.newBuilder().setModel(model).build(),
        DeleteModelResponse.getDefaultInstance());
  }

  private static List<String> mine(ModelStore store) {
    return store.list().stream().map(m -> m.id()).filter(id -> id.startsWith("mine")).toList();
  }

  @Test
  void samplersOfTheSameFilesGoTogetherAndNoneWhileOneStreams() throws IOException {
    ShippedCopy.of("phi4-diffusion-16x16", "mine", data.resolve("models/mine"));
    ModelStore store = ModelStore.load(data);
    assertThat(mine(store)).isEqualTo(ALL);
    try (TestServer server =
            TestServer.start(
                TestServer.data(data, 0), MachineLineup.only(new VectorMachine(2)), store);
        StreamClient client = server.client()) {
      for (String sampler : List.of("mine-langevin", "mine-maala")) {
        assertRefused(
            delete(client, sampler),
            "model: " + sampler + " is a sampler of mine (expected: mine)");
      }
      assertRefused(
          delete(client, "phi4-diffusion-16x16-maala"),
          "model: phi4-diffusion-16x16-maala ships with the server");
      StreamClient.Running stream =
          client.subscribe(
              SubscribeRequest.newBuilder()
                  .setModel("mine-langevin")
                  .setExactness(Exactness.EXACTNESS_RAW)
                  .build());
      await().atMost(Duration.ofMinutes(1)).until(() -> stream.received() > 0);
      assertThat(metrics(server)).contains("model=\"mine-langevin\"");
      assertRefused(
          delete(client, "mine"),
          "model: streams of mine-langevin run (expected: none; wait for their end)");
      assertThat(mine(store)).isEqualTo(ALL);
      stream.cancel();
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                Outcome<DeleteModelResponse> gone = delete(client, "mine");
                assertThat(gone.status()).as(gone.message()).isEqualTo(GrpcStatus.OK);
              });
      assertThat(mine(store)).isEmpty();
      assertThat(data.resolve("models/mine")).doesNotExist();
      assertThat(metrics(server)).doesNotContain("model=\"mine");
    }
  }

  private static String metrics(TestServer server) {
    return new HttpGet(server.server().httpPort()).get("/metrics").body();
  }

  private static void assertRefused(Outcome<?> outcome, String sentence) {
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
    assertThat(outcome.message()).startsWith(sentence);
  }
}
