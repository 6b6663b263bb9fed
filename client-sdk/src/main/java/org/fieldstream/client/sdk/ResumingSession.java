package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import io.vertx.core.http.HttpClient;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's session: a chain of calls, each resuming where the last broke. All state is
 * touched on one Vert.x context only.
 *
 * <p>Nothing is lost or repeated because the resume point moves with each batch handed to the
 * subscriber, in the same step, and a call that was given up is never heard again.
 */
final class ResumingSession implements Flow.Subscription, CallListener {
  private final Strand strand;
  private final HttpClient http;
  private final ClientOptions options;
  private final SubscribeRequest request;
  private final StreamListener listener;
  private final Flow.Subscriber<? super ConfigurationBatch> subscriber;
  private final BatchVerifier verifier;
  private final SplittableRandom jitter = new SplittableRandom();
  private final Consumer<FieldstreamException> clientClosed = this::clientClosed;

  private ByteString token;
  private long demand;
  private boolean introduced;
  private boolean done;
  private boolean answered;
  private int failures;
  private long failingSince;
  private long timer = -1;
  private @Nullable SubscribeCall call;

  ResumingSession(
      Strand strand,
      HttpClient http,
      ClientOptions options,
      SubscribeRequest request,
      ResumePoint from,
      StreamListener listener,
      Flow.Subscriber<? super ConfigurationBatch> subscriber) {
    this.strand = strand;
    this.http = http;
    this.options = options;
    this.request = request;
    this.listener = listener;
    this.subscriber = subscriber;
    this.verifier = new BatchVerifier(request, from.nextIndex());
    this.token = from.token();
  }

  void start() {
    if (!strand.begin(this::begin, clientClosed)) {
      subscriber.onSubscribe(this);
      subscriber.onError(OpenCalls.reason());
    }
  }

  private void begin() {
    failingSince = System.nanoTime();
    introduce();
    if (done) {
      return;
    }
    if (verifier.isComplete()) {
      complete();
    } else {
      open();
    }
  }

  /** Nothing is told to a subscriber before this. */
  private void introduce() {
    if (!introduced) {
      introduced = true;
      subscriber.onSubscribe(this);
    }
  }

  private void clientClosed(FieldstreamException reason) {
    introduce();
    fail(reason);
  }

  @Override
  public void request(long n) {
    strand.run(
        () -> {
          if (done) {
            return;
          }
          if (n <= 0) {
            fail(new IllegalArgumentException("n: " + n + " (expected: > 0, Flow rule 3.9)"));
            return;
          }
          demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
          if (call != null) {
            call.fetch(n);
          }
        });
  }

  @Override
  public void cancel() {
    strand.run(() -> finish());
  }

  private void open() {
    SocketAddress address = SocketAddress.inetSocketAddress(options.port(), options.host());
    SubscribeRequest next = request.toBuilder().setResumeToken(token).build();
    call = new SubscribeCall(strand, http, address, next, options, this);
    call.open(demand);
  }

  @Override
  public void onMessage(SubscribeCall from, SubscribeResponse message) {
    if (done || from != call) {
      return;
    }
    ConfigurationBatch batch;
    try {
      batch = verifier.verify(message);
    } catch (FieldstreamException e) {
      fail(e);
      return;
    }
    answered = true;
    failures = 0;
    token = batch.resumePoint().token();
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    subscriber.onNext(batch);
  }

  @Override
  public void onEnd(SubscribeCall from) {
    if (done || from != call) {
      return;
    }
    if (request.getCount() == 0 || verifier.isComplete()) {
      complete();
    } else {
      fail(
          new FieldstreamException(
              GrpcStatus.DATA_LOSS,
              String.format(
                  "count: the server ended the stream after %d configurations (expected: %d)",
                  verifier.nextIndex(), request.getCount()),
              "count"));
    }
  }

  @Override
  public void onRefused(SubscribeCall from, FieldstreamException reason) {
    if (done || from != call) {
      return;
    }
    if (reason.status() == GrpcStatus.UNAVAILABLE) {
      answered = true;
      retry(reason.getMessage() == null ? "UNAVAILABLE" : reason.getMessage());
    } else {
      fail(reason);
    }
  }

  @Override
  public void onBroken(SubscribeCall from, Throwable cause) {
    if (!done && from == call) {
      retry(Reasons.of(cause));
    }
  }

  private void retry(String reason) {
    call = null;
    if (verifier.isComplete()) {
      // All has come; only the trailers were lost.
      complete();
      return;
    }
    long now = System.nanoTime();
    if (failures++ == 0) {
      failingSince = now;
    }
    RetryPolicy policy = options.retry();
    Duration patience = answered ? policy.giveUpAfter() : policy.firstContact();
    Duration wait = Duration.ofMillis(policy.delayMillis(failures, jitter));
    if (now - failingSince + wait.toNanos() > patience.toNanos()) {
      String tries = failures == 1 ? "1 attempt" : failures + " attempts";
      fail(
          new FieldstreamException(
              GrpcStatus.UNAVAILABLE,
              String.format(
                  "server: %s (%s), given up after %s in %.1f s",
                  options.address(), reason, tries, (now - failingSince) / 1e9),
              "server"));
      return;
    }
    listener.interrupted(reason, verifier.nextIndex(), wait);
    timer =
        strand
            .vertx()
            .setTimer(
                wait.toMillis(),
                ignored -> {
                  timer = -1;
                  if (!done) {
                    open();
                  }
                });
  }

  private void complete() {
    if (!done) {
      finish();
      subscriber.onComplete();
    }
  }

  private void fail(Throwable cause) {
    if (!done) {
      finish();
      subscriber.onError(cause);
    }
  }

  private void finish() {
    done = true;
    strand.leave(clientClosed);
    if (timer >= 0) {
      strand.vertx().cancelTimer(timer);
      timer = -1;
    }
    SubscribeCall open = call;
    call = null;
    if (open != null) {
      open.cancel();
    }
  }
}
