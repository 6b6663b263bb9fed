package org.fieldstream.client.sdk;

import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.fieldstream.v1.MeasurementServiceGrpcClient;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * Running estimates as a publisher: at once, then whenever they change. Endless; after a broken
 * connection it goes on with all series as they are then. A subscriber that does not keep up misses
 * estimates in between. One subscriber only; signals come on an event-loop thread.
 */
public final class EstimateStream implements Flow.Publisher<WatchResponse> {
  private final Strand strand;
  private final GrpcClient grpc;
  private final ClientOptions options;
  private final WatchRequest request;
  private final OutageListener listener;
  private final AtomicBoolean taken = new AtomicBoolean();

  EstimateStream(
      Strand strand,
      GrpcClient grpc,
      ClientOptions options,
      WatchRequest request,
      OutageListener listener) {
    this.strand = strand;
    this.grpc = grpc;
    this.options = options;
    this.request = request;
    this.listener = listener;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super WatchResponse> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      throw new IllegalStateException("subscriber: a second one (expected: one per stream)");
    }
    Session session = new Session(subscriber);
    if (!strand.begin(session::begin, session.clientClosed)) {
      subscriber.onSubscribe(session);
      subscriber.onError(OpenCalls.reason());
    }
  }

  /** One subscriber's calls, one after the other; on one context. */
  private final class Session
      implements Flow.Subscription, StreamingCall.Listener<WatchRequest, WatchResponse> {
    private final Flow.Subscriber<? super WatchResponse> subscriber;
    private final Reconnection reconnection = new Reconnection(strand, options, listener);
    private final Consumer<FieldstreamException> clientClosed = this::clientClosed;
    private long demand;
    private boolean introduced;
    private boolean done;
    private @Nullable StreamingCall<WatchRequest, WatchResponse> call;

    Session(Flow.Subscriber<? super WatchResponse> subscriber) {
      this.subscriber = subscriber;
    }

    private void begin() {
      introduce();
      open();
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
            if (n <= 0) {
              fail(new IllegalArgumentException("n: " + n + " (expected: > 0, Flow rule 3.9)"));
            } else if (!done) {
              demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
              if (call != null) {
                call.fetch(n);
              }
            }
          });
    }

    @Override
    public void cancel() {
      strand.run(() -> finish());
    }

    private void open() {
      if (!done) {
        call = new StreamingCall<>(strand, options, this);
        call.open(grpc, MeasurementServiceGrpcClient.Watch, demand);
      }
    }

    @Override
    public void onWritable(StreamingCall<WatchRequest, WatchResponse> from) {
      if (from == call && from.isWritable()) {
        from.write(request);
        from.finish();
      }
    }

    @Override
    public void onMessage(StreamingCall<WatchRequest, WatchResponse> from, WatchResponse message) {
      if (from == call && !done) {
        reconnection.progress();
        if (demand != Long.MAX_VALUE) {
          demand--;
        }
        subscriber.onNext(message);
      }
    }

    @Override
    public void onEnd(StreamingCall<WatchRequest, WatchResponse> from) {
      if (from == call) {
        retry("the server ended the call");
      }
    }

    @Override
    public void onRefused(
        StreamingCall<WatchRequest, WatchResponse> from, FieldstreamException reason) {
      if (from != call) {
        return;
      }
      if (reason.status() == GrpcStatus.UNAVAILABLE) {
        reconnection.answered();
        retry(reason.getMessage() == null ? "UNAVAILABLE" : reason.getMessage());
      } else {
        fail(reason);
      }
    }

    @Override
    public void onBroken(StreamingCall<WatchRequest, WatchResponse> from, Throwable cause) {
      if (from == call) {
        retry(Reasons.of(cause));
      }
    }

    private void retry(String reason) {
      call = null;
      if (done) {
        return;
      }
      FieldstreamException givenUp = reconnection.after(reason, this::open);
      if (givenUp != null) {
        fail(givenUp);
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
      reconnection.cancel();
      StreamingCall<WatchRequest, WatchResponse> open = call;
      call = null;
      if (open != null) {
        open.cancel();
      }
    }
  }
}
