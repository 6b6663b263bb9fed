package org.fieldstream.client.sdk;

import io.vertx.grpc.common.GrpcStatus;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream for a thread that waits. Keeps a few batches ahead of the reader, no more.
 *
 * <p>Used by one thread; {@link #close} may come from any other and ends the iteration.
 */
public final class BatchIterator implements Iterator<ConfigurationBatch>, AutoCloseable {
  /** Batches requested ahead: enough to keep the wire busy while one is worked on. */
  private static final int AHEAD = 4;

  /** A batch, a Throwable that ended the stream, or END. */
  private final LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>();

  private static final Object END = new Object();

  private final Inbox inbox = new Inbox();
  private @Nullable ConfigurationBatch next;
  private boolean ended;

  private BatchIterator() {}

  /** Subscribes to a stream. */
  public static BatchIterator over(ConfigurationStream stream) {
    BatchIterator iterator = new BatchIterator();
    stream.subscribe(iterator.inbox);
    return iterator;
  }

  /**
   * Waits for the next batch or the end.
   *
   * @return whether there is one; false at the end and after {@link #close}
   * @throws FieldstreamException where the stream failed; {@code CANCELLED} where the waiting
   *     thread was interrupted, or the client was closed
   */
  @Override
  public boolean hasNext() {
    if (next != null) {
      return true;
    }
    if (ended) {
      return false;
    }
    Object item;
    try {
      item = queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new FieldstreamException(
          GrpcStatus.CANCELLED, "interrupted while waiting for configurations", null, e);
    }
    if (item instanceof ConfigurationBatch) {
      next = (ConfigurationBatch) item;
      return true;
    }
    ended = true;
    if (item instanceof FieldstreamException) {
      FieldstreamException cause = (FieldstreamException) item;
      // Thrown anew, so that the trace shows who waited.
      throw new FieldstreamException(
          cause.status(), String.valueOf(cause.getMessage()), cause.field(), cause);
    }
    if (item instanceof Throwable) {
      throw new IllegalStateException("stream: failed", (Throwable) item);
    }
    return false;
  }

  @Override
  public ConfigurationBatch next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the stream has ended");
    }
    ConfigurationBatch batch = next;
    next = null;
    inbox.wantOneMore();
    return batch;
  }

  /** Ends the subscription; a thread that waits in {@link #hasNext} returns. */
  @Override
  public void close() {
    inbox.cancel();
    queue.clear();
    queue.add(END);
  }

  private final class Inbox implements Flow.Subscriber<ConfigurationBatch> {
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;

    @Override
    public synchronized void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      if (cancelled) {
        subscription.cancel();
      } else {
        subscription.request(AHEAD);
      }
    }

    @Override
    public void onNext(ConfigurationBatch batch) {
      queue.add(batch);
    }

    @Override
    public void onError(Throwable cause) {
      queue.add(cause);
    }

    @Override
    public void onComplete() {
      queue.add(END);
    }

    synchronized void wantOneMore() {
      if (subscription != null) {
        subscription.request(1);
      }
    }

    synchronized void cancel() {
      cancelled = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
