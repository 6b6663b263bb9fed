package org.fieldstream.server.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.SubscribeRequest;

/** Our Java SDK, checksums and all, as a subscriber that takes all there is. */
final class OurClient {
  private OurClient() {}

  /** Reads a stream to its end; completes with the bytes of field values that came. */
  static CompletableFuture<Long> read(FieldstreamClient client, SubscribeRequest request) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    client
        .subscribe(request)
        .subscribe(
            new Flow.Subscriber<>() {
              private long bytes;

              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(ConfigurationBatch batch) {
                bytes += batch.fieldBytes().size();
              }

              @Override
              public void onError(Throwable failure) {
                done.completeExceptionally(failure);
              }

              @Override
              public void onComplete() {
                done.complete(bytes);
              }
            });
    return done;
  }
}
