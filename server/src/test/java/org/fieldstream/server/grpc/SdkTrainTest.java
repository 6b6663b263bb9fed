package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.fieldstream.client.cli.FieldstreamCommand;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.FieldstreamException;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Target;
import org.fieldstream.v1.TrainModelRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models trained and removed by our own client, on a real server. */
@Timeout(300)
class SdkTrainTest {
  @TempDir Path data;
  private TestServer server;
  private FieldstreamClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.data(data, 0),
            MachineLineup.only(new VectorMachine(2)),
            ModelStore.load(data));
    client = FieldstreamClient.connect("127.0.0.1", server.server().grpcPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  /** A command of the client: its exit status, then what it printed. */
  private List<String> run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--server";
    all[words.length + 1] = "127.0.0.1:" + server.server().grpcPort();
    int status = FieldstreamCommand.execute(new PrintWriter(out), new PrintWriter(err), all);
    return List.of(String.valueOf(status), out.toString(), err.toString());
  }

  private static TrainModelRequest.Builder request(long steps) {
    return TrainModelRequest.newBuilder()
        .setModel("mine")
        .setGenerator("continuous-flow")
        .setTarget(
            Target.newBuilder()
                .setTheory("phi4")
                .addAllExtents(List.of(4, 4))
                .putCouplings("m2", 1)
                .putCouplings("lambda", 0.5))
        .setSteps(steps)
        .setBatchSize(32)
        .putAllSettings(
            Map.of("levels", 1.0, "layers", 1.0, "sines", 1.0, "gates", 0.0, "evaluations", 2.0));
  }

  @Test
  void theCommandTrainsAndDeletes() {
    List<String> trained =
        run(
            "train",
            "mine",
            "--theory",
            "phi4",
            "--extents",
            "4x4",
            "--coupling",
            "m2=1,lambda=0.5",
            "--steps",
            "20",
            "--batch",
            "32",
            "--set",
            "levels=1,layers=1,sines=1,gates=0,evaluations=2");
    assertThat(trained.get(0)).as(trained.get(2)).isEqualTo("0");
    Model model = client.getModel("mine").join();
    assertThat(trained.get(1)).matches("mine " + model.getDigest() + ", ESS/N 0\\.\\d{3}\\R");
    assertThat(trained.get(2)).contains("training: 20/20 steps, loss ").contains(", ESS/N 0.");
    List<String> other = run("delete", "mine", "--digest", "sha256:" + "0".repeat(64));
    assertThat(other.get(0)).isEqualTo("1");
    assertThat(other.get(2)).startsWith("error: FAILED_PRECONDITION: digest: ");
    assertThat(run("delete", "mine"))
        .containsExactly("0", "deleted mine " + model.getDigest() + "\n", "");
    List<String> again = run("delete", "mine");
    assertThat(again.get(0)).isEqualTo("2");
    assertThat(again.get(2)).startsWith("error: NOT_FOUND: model: ");
  }

  @Test
  void aRequestAtFaultIsRefusedByName() {
    assertThat(
            run("train", "mine", "--theory", "phi4", "--extents", "4x4", "--coupling", "m2=1")
                .get(2))
        .startsWith("error: INVALID_ARGUMENT: couplings.lambda: missing (expected: ");
    assertThat(run("train", "mine", "--steps", "-1"))
        .containsExactly("2", "", "error: steps: -1 (expected: >= 1)\n");
    assertThatThrownBy(
            () -> client.train(request(20).setGenerator("dice").build(), message -> {}).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            FieldstreamException.class,
            e -> {
              assertThat(e.status()).isEqualTo(GrpcStatus.NOT_FOUND);
              assertThat(e.field()).isEqualTo("generator");
            });
  }

  @Test
  void aCancelledTrainingLeavesNoModelAndThePlaceIsFree() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Model> training =
        client.train(request(1_000_000).build(), message -> begun.countDown());
    training.whenComplete((model, failure) -> begun.countDown());
    begun.await();
    assertThat(training.cancel(false)).isTrue();
    // The server ends the training after the step it is at, then takes another one.
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(client.train(request(20).build(), message -> {}).join().getId())
                    .isEqualTo("mine"));
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    try (FieldstreamClient nowhere = FieldstreamClient.connect("127.0.0.1", 1)) {
      assertThatThrownBy(() -> nowhere.train(request(20).build(), message -> {}).join())
          .cause()
          .isInstanceOfSatisfying(
              FieldstreamException.class,
              e -> {
                assertThat(e.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
                assertThat(e).hasMessageStartingWith("server: 127.0.0.1:1 (");
              });
    }
  }
}
