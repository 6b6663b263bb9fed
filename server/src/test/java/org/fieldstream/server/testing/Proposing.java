package org.fieldstream.server.testing;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.core.Promise;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.ProposalAsk;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposalVerdict;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;

/** A running session of proposals, as a client sees it. */
public final class Proposing {
  private final GrpcClientRequest<ProposeRequest, ProposeResponse> request;
  private final List<ProposeResponse> answers = new ArrayList<>();
  private final Promise<Outcome<ProposeResponse>> end = Promise.promise();
  private final Promise<GrpcClientResponse<ProposeRequest, ProposeResponse>> response =
      Promise.promise();

  Proposing(GrpcClientRequest<ProposeRequest, ProposeResponse> request, boolean reads) {
    this.request = request;
    request
        .response()
        .onSuccess(
            response -> {
              if (!reads) {
                response.pause();
              }
              this.response.complete(response);
              response.handler(
                  answer -> {
                    synchronized (answers) {
                      answers.add(answer);
                    }
                  });
              response.exceptionHandler(end::tryFail);
              response.errorHandler(e -> end.tryFail(new IllegalStateException("stream: " + e)));
              response.endHandler(v -> end.tryComplete(StreamClient.outcome(answers, response)));
            })
        .onFailure(end::tryFail);
  }

  /** Sends any request. */
  public Proposing send(ProposeRequest message) {
    request.write(message);
    return this;
  }

  /** Opens the session. */
  public Proposing open(ProposalSession.Builder session) {
    return send(ProposeRequest.newBuilder().setSession(session).build());
  }

  /** Asks for proposals. */
  public Proposing ask(int count) {
    return send(ask(ProposalAsk.newBuilder().setCount(count)));
  }

  /** Asks for proposals, telling a state. */
  public Proposing ask(int count, CurrentState.Builder state) {
    return send(ask(ProposalAsk.newBuilder().setCount(count).setCurrent(state)));
  }

  private static ProposeRequest ask(ProposalAsk.Builder ask) {
    return ProposeRequest.newBuilder().setAsk(ask).build();
  }

  /** Tells verdicts. */
  public Proposing judge(long first, Boolean... accepted) {
    return send(
        ProposeRequest.newBuilder()
            .setVerdict(
                ProposalVerdict.newBuilder().setFirstIndex(first).addAllAccepted(List.of(accepted)))
            .build());
  }

  /** A state by its field, in float64. */
  public static CurrentState.Builder state(double... field) {
    ByteBuffer bytes =
        ByteBuffer.allocate(field.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(field);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return CurrentState.newBuilder()
        .setFields(ByteString.copyFrom(bytes.array()))
        .setCrc32C((int) crc.getValue());
  }

  /** Answers received so far. */
  public int received() {
    synchronized (answers) {
      return answers.size();
    }
  }

  /** Waits for answer {@code n}, from 0. */
  public ProposeResponse answer(int n) {
    await().until(() -> received() > n || end.future().isComplete());
    if (received() <= n) {
      throw new AssertionError("the session ended: " + end());
    }
    synchronized (answers) {
      return answers.get(n);
    }
  }

  /** Starts to read, where it did not. */
  public void read() {
    TestServer.await(response.future()).resume();
  }

  /** Half-closes and waits for the end. */
  public Outcome<ProposeResponse> finish() {
    request.end();
    return end();
  }

  /** Waits for the end. */
  public Outcome<ProposeResponse> end() {
    return TestServer.await(end.future());
  }

  /** Whether the session has ended. */
  public boolean hasEnded() {
    return end.future().isComplete();
  }

  /** Cancels the call. */
  public void cancel() {
    request.cancel();
  }
}
