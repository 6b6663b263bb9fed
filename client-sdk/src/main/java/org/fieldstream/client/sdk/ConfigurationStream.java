package org.fieldstream.client.sdk;

import io.vertx.core.http.HttpClient;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldstream.v1.SubscribeRequest;

/**
 * The configurations of one subscription, as a publisher: batches in stream order, each exactly
 * once, no more than were requested. The call starts when the subscriber comes; it resumes by
 * itself after a broken connection. One subscriber only.
 *
 * <p>Signals come on an event-loop thread: a subscriber hands long work to a thread of its own.
 * What is not requested waits in the server, not in memory here.
 */
public final class ConfigurationStream implements Flow.Publisher<ConfigurationBatch> {
  private final Strand strand;
  private final HttpClient http;
  private final ClientOptions options;
  private final SubscribeRequest request;
  private final ResumePoint from;
  private final StreamListener listener;
  private final AtomicBoolean taken = new AtomicBoolean();

  ConfigurationStream(
      Strand strand,
      HttpClient http,
      ClientOptions options,
      SubscribeRequest request,
      ResumePoint from,
      StreamListener listener) {
    this.strand = strand;
    this.http = http;
    this.options = options;
    this.request = request;
    this.from = from;
    this.listener = listener;
  }

  /** What was asked for. */
  public SubscribeRequest request() {
    return request;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ConfigurationBatch> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
      subscriber.onError(
          new IllegalStateException("subscriber: a second one (expected: one per stream)"));
      return;
    }
    new ResumingSession(strand, http, options, request, from, listener, subscriber).start();
  }
}
