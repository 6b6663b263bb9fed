package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.fieldstream.client.testing.FakeProposals;
import org.fieldstream.client.testing.FakeStream;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Judge;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.junit.jupiter.api.Test;

/** Sessions of proposals over a server that behaves, or sends what it must not. */
class ProposalsTest {
  private static final ProposalSession SESSION =
      ProposalSession.newBuilder().setModel("fake").setSeed(5).setFirstIndex(10).build();

  @Test
  void bringsEverythingOfAnAnswer() throws Exception {
    try (FakeProposals server = new FakeProposals(UnaryOperator.identity());
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port());
        Proposals proposals =
            client.propose(SESSION.toBuilder().setDtype(DType.DTYPE_FLOAT64).build())) {
      double[] field = {1, -2, 3e-9, 4};
      CompletableFuture<ProposalBatch> first = proposals.askAsync(2, null);
      ProposalBatch second = proposals.ask(1, proposals.state(field));
      ProposalBatch batch = first.get();
      assertThat(batch.firstIndex()).isEqualTo(10);
      assertThat(batch.count()).isEqualTo(2);
      assertThat(batch.shape()).containsExactly(1, 2, 2);
      assertThat(batch.modelDigest()).isEqualTo(FakeStream.DIGEST);
      assertThat(batch.field(1)).isEqualTo(FakeStream.field(5, 11, 4));
      assertThat(batch.logWeight(1)).isEqualTo(-batch.action()[1] / 2);
      assertThat(batch.accepted()).isEmpty();
      assertThat(batch.current()).isNull();
      assertThat(batch.judged()).isEqualTo(3);
      assertThat(batch.acceptedTotal()).isEqualTo(2);
      assertThat(second.firstIndex()).isEqualTo(12);
      assertThat(second.current().getLogQ()).isEqualTo(-8);
      proposals.judge(10, true, false);
      await().until(() -> server.requests().size() == 4);
      List<ProposeRequest> sent = server.requests();
      assertThat(sent.get(0).getSession().getSeed()).isEqualTo(5);
      assertThat(sent.get(3).getVerdict().getFirstIndex()).isEqualTo(10);
      assertThat(sent.get(3).getVerdict().getAcceptedList()).containsExactly(true, false);
      CurrentState state = sent.get(2).getAsk().getCurrent();
      assertThat(state.getCrc32C()).isEqualTo(Checksum.of(state.getFields()));
      ByteBuffer bytes = state.getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (double value : field) {
        assertThat(bytes.getDouble()).isEqualTo(value);
      }
    }
  }

  @Test
  void fieldsAreInFloat32UnlessAskedForOtherwise() throws Exception {
    try (FakeProposals server = new FakeProposals(UnaryOperator.identity());
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port());
        Proposals proposals = client.propose(SESSION)) {
      double[] found = proposals.ask(3).field(2);
      double[] expected = FakeStream.field(5, 12, 4);
      for (int x = 0; x < 4; x++) {
        assertThat(found[x]).isEqualTo((float) expected[x]);
      }
      assertThat(proposals.state(new double[] {0.1}).getFields().size()).isEqualTo(4);
    }
  }

  @Test
  void aRefusalReachesEveryoneWhoWaitsAndAfterwards() throws Exception {
    try (FakeProposals server = new FakeProposals(UnaryOperator.identity());
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port());
        Proposals proposals = client.propose(SESSION)) {
      CompletableFuture<ProposalBatch> waiting = proposals.askAsync(99, null);
      FieldstreamException refused =
          catchThrowableOfType(FieldstreamException.class, () -> proposals.ask(13));
      assertThat(refused.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(refused).hasMessage("ask.count: 13");
      assertThatThrownBy(waiting::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("ask.count: 13");
      assertThatThrownBy(() -> proposals.ask(1)).hasMessage("ask.count: 13");
    }
  }

  @Test
  void closingEndsWhatWaits() throws Exception {
    try (FakeProposals server = new FakeProposals(UnaryOperator.identity());
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port())) {
      Proposals proposals = client.propose(SESSION);
      CompletableFuture<ProposalBatch> waiting = proposals.askAsync(99, null);
      proposals.close();
      assertThatThrownBy(waiting::get).hasRootCauseMessage("the session was closed");
      assertThatThrownBy(() -> proposals.ask(0)).hasMessage("count: 0 (expected: >= 1)");
    }
  }

  @Test
  void nobodyThereIsUnavailable() {
    ClientOptions options =
        ClientOptions.of("127.0.0.1", 1).withCallTimeout(Duration.ofSeconds(30));
    try (FieldstreamClient client = FieldstreamClient.connect(options);
        Proposals proposals = client.propose(SESSION)) {
      FieldstreamException failed =
          catchThrowableOfType(FieldstreamException.class, () -> proposals.ask(1));
      assertThat(failed.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(failed).hasMessageStartingWith("server: 127.0.0.1:1 (");
    }
  }

  @Test
  void aDamagedAnswerEndsTheSession() throws Exception {
    damaged(
        answer -> answer.toBuilder().setFields(ByteString.copyFrom(new byte[16])).build(),
        "crc32c: ");
    damaged(
        answer -> answer.toBuilder().setFirstIndex(11).build(), "first_index: 11 (expected: 10)");
    damaged(answer -> answer.toBuilder().setCount(2).build(), "count: 2 (expected: 1)");
    damaged(answer -> answer.toBuilder().clearLogQ().build(), "log_q: 0 values (expected: 1)");
    damaged(
        answer -> answer.toBuilder().setFields(ByteString.EMPTY).build(),
        "fields: 0 bytes (expected: 16 bytes)");
    damaged(answer -> answer.toBuilder().addAccepted(true).build(), "accepted: 1 values");
  }

  private static void damaged(UnaryOperator<ProposeResponse> change, String sentence)
      throws Exception {
    try (FakeProposals server = new FakeProposals(change);
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port());
        Proposals proposals = client.propose(SESSION)) {
      FieldstreamException failed =
          catchThrowableOfType(FieldstreamException.class, () -> proposals.ask(1));
      assertThat(failed).hasMessageStartingWith(sentence);
      assertThat(failed.status()).isEqualTo(GrpcStatus.DATA_LOSS);
      assertThatThrownBy(() -> proposals.ask(1)).hasMessageStartingWith(sentence);
    }
  }

  @Test
  void whereTheServerJudgesItsDecisionsAreThere() throws Exception {
    ProposalSession judged = SESSION.toBuilder().setJudge(Judge.JUDGE_SERVER).build();
    try (FakeProposals server =
            new FakeProposals(answer -> answer.toBuilder().addAccepted(true).build());
        FieldstreamClient client = FieldstreamClient.connect("127.0.0.1", server.port());
        Proposals proposals = client.propose(judged)) {
      assertThat(proposals.ask(1, proposals.state(new double[4])).accepted()).containsExactly(true);
      assertThatThrownBy(() -> proposals.ask(2))
          .hasMessage("accepted: 1 values (expected: 2), in the answer that begins at proposal 11");
    }
  }
}
