package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.ServerProgram;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole promise at once, on the program itself: streams of a shipped flow and of HMC in several
 * batch sizes, beside twenty others, broken off by SIGKILL wherever they happen to be, go on from
 * their last token on a new process, bit for bit as if nothing had happened.
 */
@Timeout(300)
final class KillTest {
  private static final int[] BATCHES = {1, 7, 64};

  /** Configurations after the break. */
  private static final int REST = 300;

  @TempDir private Path data;

  private static SubscribeRequest.Builder flow(Exactness exactness) {
    return SubscribeRequest.newBuilder()
        .setModel("phi4-continuous-8x8")
        .setExactness(exactness)
        .setSeed(11);
  }

  private static SubscribeRequest.Builder hmc() {
    return SubscribeRequest.newBuilder()
        .setModel("hmc")
        .setSeed(12)
        .setTarget(
            Target.newBuilder()
                .setTheory("phi4")
                .addExtents(6)
                .addExtents(6)
                .putCouplings("m2", 1)
                .putCouplings("lambda", 0.5));
  }

  /** The streams under test; their batch sizes change at the break. */
  private static List<SubscribeRequest.Builder> streams() {
    return List.of(flow(Exactness.EXACTNESS_METROPOLIS), hmc());
  }

  private ServerProgram program() throws Exception {
    return ServerProgram.serve("--machine", "vector", "--data", data.toString());
  }

  /** Twenty endless streams of other seeds, eighteen of them sharing device batches with ours. */
  private static List<Running> company(StreamClient client) {
    List<Running> others = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      SubscribeRequest.Builder other =
          k % 10 == 9
              ? hmc()
              : flow(k % 2 == 0 ? Exactness.EXACTNESS_METROPOLIS : Exactness.EXACTNESS_REWEIGHT);
      others.add(client.subscribe(other.setSeed(100 + k).setBatchSize(50 + k).build()));
    }
    return others;
  }

  /** A stream that was broken off, and all that it had received. */
  private record Broken(SubscribeRequest.Builder request, List<SubscribeResponse> messages) {
    SubscribeResponse last() {
      return messages.get(messages.size() - 1);
    }

    long next() {
      return last().getFirstIndex() + last().getCount();
    }

    ByteString token() {
      return last().getResumeToken();
    }
  }

  private List<Broken> untilKilled() throws Exception {
    List<Broken> broken = new ArrayList<>();
    try (ServerProgram program = program();
        StreamClient client = program.client();
        StreamClient company = program.client()) {
      List<SubscribeRequest.Builder> requests = new ArrayList<>();
      List<Running> running = new ArrayList<>();
      for (int batch : BATCHES) {
        for (SubscribeRequest.Builder request : streams()) {
          requests.add(request.setBatchSize(batch));
          running.add(client.subscribe(request.build()));
        }
      }
      List<Running> others = company(company);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  running.stream().allMatch(stream -> stream.received() > 3)
                      && others.stream().allMatch(stream -> stream.received() > 0));
      assertThat(running).noneMatch(Running::hasEnded);
      assertThat(program.serving().destroyForcibly()).isTrue();
      assertThat(program.waitForEnd()).isEqualTo(137);
      for (int k = 0; k < running.size(); k++) {
        Running stream = running.get(k);
        assertThat(catchThrowable(stream::end)).isNotNull();
        broken.add(new Broken(requests.get(k), stream.messages()));
      }
    }
    return broken;
  }

  @Test
  void streamsGoOnAfterSigkillBitForBit() throws Exception {
    List<Broken> broken = untilKilled();
    long count = broken.stream().mapToLong(Broken::next).max().orElseThrow() + REST;
    try (ServerProgram program = program();
        StreamClient client = program.client();
        StreamClient company = program.client()) {
      List<Running> others = company(company);
      List<Running> resumed = new ArrayList<>();
      for (int k = 0; k < broken.size(); k++) {
        SubscribeRequest.Builder request = broken.get(k).request();
        int batch = BATCHES[(k / 2 + 1) % BATCHES.length];
        resumed.add(
            client.subscribe(
                request
                    .clone()
                    .setBatchSize(batch)
                    .setCount(count)
                    .setResumeToken(broken.get(k).token())
                    .build()));
      }
      // In one go, in whatever batches the server likes best.
      List<Running> whole = new ArrayList<>();
      for (SubscribeRequest.Builder request : streams()) {
        whole.add(client.subscribe(request.setCount(count).build()));
      }
      for (int k = 0; k < broken.size(); k++) {
        Broken before = broken.get(k);
        List<SubscribeResponse> after = all(resumed.get(k));
        assertThat(after.get(0).getFirstIndex()).isEqualTo(before.next());
        List<SubscribeResponse> joined = new ArrayList<>(before.messages());
        joined.addAll(after);
        Content expected = Content.of(all(whole.get(k % whole.size())));
        assertThat(expected.action()).hasSize((int) count);
        assertThat(Content.of(joined).difference(expected))
            .as(before.request().getModel() + " in batches of " + before.request().getBatchSize())
            .isEmpty();
      }
      assertThat(others).noneMatch(Running::hasEnded);
    }
  }

  private static List<SubscribeResponse> all(Running stream) {
    Outcome<SubscribeResponse> outcome = stream.end();
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return outcome.messages();
  }
}
