package org.fieldstream.server.measurement;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.fieldstream.monitoring.meters.MeasurementMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that stores measurements. It takes what waits, whoever it is from, checks and
 * stores it in one transaction, waits for the disk, feeds the estimates and answers: the more
 * clients wait, the more share one flush.
 *
 * <p>A store that exists is read into the estimates at the start, before the first request is
 * answered; where there is none, the first request makes it. A store that fails is closed, and
 * opened and read again for the next request; nothing is acknowledged in between.
 */
public final class MeasurementWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MeasurementWriter.class);

  /** Requests taken together: larger groups make others wait longer and are hardly cheaper. */
  private static final long GROUP_BYTES = 1 << 20;

  private final Path data;
  private final MeasurementLimits limits;
  private final MeasurementMeters meters;
  private final Predicate<String> reserved;
  private final SubmissionQueue queue;
  private final SeriesBoard board = new SeriesBoard();
  private final CompletableFuture<Void> replayed = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "measurement-writer");
  private volatile @Nullable String unusable;
  private @Nullable MeasurementStore store;
  private SeriesCatalog catalog;

  /** A request that is stored, if the transaction becomes durable. */
  private record Answer(Submission to, Transaction.Applied applied) {}

  private MeasurementWriter(
      Path data, MeasurementLimits limits, MeasurementMeters meters, Predicate<String> reserved) {
    this.data = data;
    this.limits = limits;
    this.meters = meters;
    this.reserved = reserved;
    this.queue = new SubmissionQueue(limits.queueBytes(), meters);
    this.catalog = new SeriesCatalog(limits, board);
  }

  /**
   * Starts the thread. Returns at once.
   *
   * @param data the server's data directory; made by the first request that needs it
   * @param reserved names that recorded series cannot have
   */
  public static MeasurementWriter start(
      Path data, MeasurementLimits limits, MeasurementMeters meters, Predicate<String> reserved) {
    MeasurementWriter writer = new MeasurementWriter(data, limits, meters, reserved);
    writer.thread.start();
    return writer;
  }

  /** Hands over a request. False, and nothing more, if the server is shutting down. */
  public boolean submit(Submission submission) {
    return queue.offer(submission);
  }

  /** Runs a short step once there is room for requests: at once, or on the writer's thread. */
  public void whenRoom(Runnable step) {
    queue.whenRoom(step);
  }

  /** Bytes of requests that wait or are being stored. */
  public long queuedBytes() {
    return queue.bytes();
  }

  /** The latest estimates. */
  public SeriesBoard board() {
    return board;
  }

  /** Completes when what was stored by an earlier process has been read. */
  public CompletableFuture<Void> replayed() {
    return replayed;
  }

  /** Why measurements cannot be had; null while nothing is known to be wrong. */
  public @Nullable String unusable() {
    return unusable;
  }

  /** Stores and answers what was submitted, then closes the file. Blocks until that is done. */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // What is acknowledged has to be closed in order first.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      replay();
      List<Submission> group = queue.take(GROUP_BYTES, null);
      while (group != null) {
        work(group);
        group = queue.take(GROUP_BYTES, catalog.catchUpIn());
      }
    } catch (InterruptedException e) {
      LOG.error("measurements end: the writer's thread was interrupted", e);
    } finally {
      // Whatever ends the thread, nobody waits for it.
      replayed.complete(null);
      queue.close();
      fail(queue.rest(), draining());
      abandon();
    }
  }

  private void replay() {
    try {
      if (MeasurementStore.exists(data)) {
        ready();
      }
    } catch (StoreException e) {
      tell(e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LOG.error("measurements: {} could not be read", data, e);
      abandon();
      unusable = "measurements: they could not be read; the server's log has the cause";
    }
    replayed.complete(null);
  }

  private void work(List<Submission> group) {
    List<Submission> unanswered = new ArrayList<>(group);
    try {
      if (!group.isEmpty()) {
        store(unanswered);
      }
      MeasurementStore open = store;
      Long wait = catalog.catchUpIn();
      if (open != null && wait != null && wait == 0) {
        catalog.catchUp(open);
      }
    } catch (StoreException e) {
      tell(e);
      abandon();
      fail(unanswered, ServiceException.of(ErrorCode.STORE_UNUSABLE, sentence(e), e));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LOG.error("measurements: a group of requests failed", e);
      // Half a group may be in the estimates: they are read again.
      abandon();
      fail(
          unanswered,
          ServiceException.of(ErrorCode.INTERNAL, "the server failed; its log has the cause", e));
    } finally {
      queue.done(group);
    }
  }

  /**
   * Stores requests together and answers them.
   *
   * @param group modified: loses those that were answered
   */
  private void store(List<Submission> group) throws StoreException {
    MeasurementStore open = ready();
    Transaction transaction = Transaction.begin(catalog, open, reserved);
    List<Answer> answers = new ArrayList<>();
    try {
      for (Submission submission : List.copyOf(group)) {
        try {
          answers.add(new Answer(submission, transaction.apply(submission.read())));
        } catch (ServiceException e) {
          group.remove(submission);
          submission.failed(e);
        }
      }
      long start = System.nanoTime();
      transaction.commit();
      meters.committed(System.nanoTime() - start);
    } catch (StoreException e) {
      transaction.rollback();
      if (!e.isFull()) {
        throw e;
      }
      fail(group, ServiceException.of(ErrorCode.QUOTA_EXCEEDED, sentence(e), e));
      group.clear();
      return;
    }
    meters.series(catalog.size());
    answer(answers, transaction, open);
    group.clear();
  }

  private void answer(List<Answer> answers, Transaction transaction, MeasurementStore open)
      throws StoreException {
    Map<RecordedSeries, SeriesSnapshot> shown = new HashMap<>();
    for (RecordedSeries series : transaction.touched()) {
      shown.put(series, catalog.refresh(series, open));
    }
    for (Answer answer : answers) {
      Transaction.Applied applied = answer.applied();
      List<SeriesSnapshot> estimates = new ArrayList<>();
      for (RecordedSeries series : applied.named()) {
        SeriesSnapshot snapshot = shown.get(series);
        estimates.add(snapshot == null ? series.snapshot() : snapshot);
      }
      meters.acknowledged(applied.stored(), applied.duplicates(), applied.refused().size());
      answer
          .to()
          .acknowledged(
              new Outcome(applied.stored(), applied.duplicates(), applied.refused(), estimates));
    }
  }

  private static void fail(List<Submission> submissions, ServiceException reason) {
    submissions.forEach(submission -> submission.failed(reason));
  }

  /** The store, opened and read if it is not. */
  private MeasurementStore ready() throws StoreException {
    MeasurementStore open = store;
    if (open != null) {
      return open;
    }
    try {
      open = MeasurementStore.open(data, limits.storeBytes());
      store = open;
      long start = System.nanoTime();
      long count = catalog.load(open);
      if (count > 0) {
        LOG.info(
            "measurements: {} of {} series read in {} ms",
            count,
            catalog.size(),
            (System.nanoTime() - start) / 1_000_000);
      }
      meters.series(catalog.size());
      unusable = null;
      return open;
    } catch (StoreException e) {
      abandon();
      throw e;
    }
  }

  /** Into the log, once, and to those who want to watch. */
  private void tell(StoreException e) {
    if (!sentence(e).equals(unusable)) {
      LOG.error("measurements: {}", sentence(e));
    }
    unusable = sentence(e);
  }

  /** Closes the store; the next request opens it and reads it again. */
  private void abandon() {
    MeasurementStore open = store;
    store = null;
    catalog = new SeriesCatalog(limits, board);
    if (open != null) {
      try {
        open.close();
      } catch (StoreException e) {
        LOG.error("measurements: {}", e.getMessage(), e);
      }
    }
  }

  /** Why a request is turned away while the server shuts down. */
  public static ServiceException draining() {
    return ServiceException.retryable(
        ErrorCode.DRAINING,
        "the server is shutting down; send again what was not acknowledged",
        Duration.ofSeconds(1));
  }

  private static String sentence(StoreException e) {
    return String.valueOf(e.getMessage());
  }
}
