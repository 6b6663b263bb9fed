package org.fieldstream.server.session;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for what goes to the network, used again and again: the network takes it
 * as it is, where an array would be copied once more, and messages of a megabyte are no work for
 * the garbage collector. A piece that is never given back, such as one of a message that the client
 * broke off, is lost to this store only: the collector frees it with its last reference. Safe for
 * use by several threads.
 */
public final class DirectMemory {
  /**
   * That of the process; keeps at most a sixteenth of what Java allows, and at most 64 MiB. Larger
   * messages are made anew each time.
   */
  public static final DirectMemory SHARED = new DirectMemory(Math.min(limit() / 16, 64 << 20));

  /** Pieces are made in these steps, so that messages of nearly the same size share them. */
  private static final int STEP = 1024;

  /** Pieces that wait to be used, by capacity, the capacity asked for longest ago first. */
  private final Map<Integer, Deque<ByteBuffer>> free = new LinkedHashMap<>(16, 0.75f, true);

  private final long most;
  private long kept;
  private long lent;

  /** Keeps at most so many bytes that are not in use. */
  DirectMemory(long most) {
    this.most = most;
  }

  /**
   * Bytes outside the heap that Java allows: as {@code -XX:MaxDirectMemorySize} says, or as many as
   * the heap may have.
   */
  public static long limit() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long set =
        options == null ? 0 : Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
    return set > 0 ? set : Runtime.getRuntime().maxMemory();
  }

  /**
   * Memory whose content is not defined.
   *
   * @param bytes how much, at least 1
   * @throws IllegalArgumentException if it is not
   * @throws OutOfMemoryError if Java allows no more
   */
  public Piece take(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
    }
    int capacity = Math.toIntExact(((long) bytes + STEP - 1) / STEP * STEP);
    ByteBuffer buffer = reuse(capacity);
    if (buffer == null) {
      buffer = make(capacity);
    }
    lend(capacity);
    return new Piece(this, buffer, bytes);
  }

  /** A copy of an array that no store gets: giving it back does nothing. */
  static Piece lasting(byte[] bytes) {
    return new Piece(null, ByteBuffer.allocateDirect(bytes.length).put(bytes), bytes.length);
  }

  /** Bytes that wait to be used. */
  synchronized long kept() {
    return kept;
  }

  /** Bytes taken and not given back; those that never will be count for ever. */
  synchronized long lent() {
    return lent;
  }

  private synchronized void lend(int capacity) {
    lent += capacity;
  }

  private ByteBuffer make(int capacity) {
    try {
      return ByteBuffer.allocateDirect(capacity);
    } catch (OutOfMemoryError e) {
      // What waits here to be used may be all there is, in pieces of other sizes.
      if (forget()) {
        return ByteBuffer.allocateDirect(capacity);
      }
      throw e;
    }
  }

  private synchronized boolean forget() {
    boolean any = kept > 0;
    free.clear();
    kept = 0;
    return any;
  }

  private synchronized @Nullable ByteBuffer reuse(int capacity) {
    Deque<ByteBuffer> pieces = free.get(capacity);
    if (pieces == null) {
      return null;
    }
    ByteBuffer buffer = pieces.removeLast();
    kept -= capacity;
    if (pieces.isEmpty()) {
      free.remove(capacity);
    }
    return buffer;
  }

  private synchronized void keep(ByteBuffer buffer) {
    int capacity = buffer.capacity();
    lent -= capacity;
    if (capacity > most) {
      return;
    }
    free.computeIfAbsent(capacity, c -> new ArrayDeque<>()).addLast(buffer);
    kept += capacity;
    Iterator<Deque<ByteBuffer>> oldest = free.values().iterator();
    while (kept > most) {
      Deque<ByteBuffer> pieces = oldest.next();
      while (kept > most && !pieces.isEmpty()) {
        kept -= pieces.removeFirst().capacity();
      }
      if (pieces.isEmpty()) {
        oldest.remove();
      }
    }
  }

  /** Memory with one owner at a time. */
  public static final class Piece {
    private final @Nullable DirectMemory store;
    private final ByteBuffer buffer;
    private final int size;
    private boolean given;

    private Piece(@Nullable DirectMemory store, ByteBuffer buffer, int size) {
      this.store = store;
      this.buffer = buffer;
      this.size = size;
    }

    /** Bytes. */
    public int size() {
      return size;
    }

    /**
     * All of it, little-endian, with a position and a limit of its own.
     *
     * @throws AssertionError if it was given back: another message may be in it
     */
    public ByteBuffer bytes() {
      if (given) {
        throw new AssertionError("bytes: the memory was given back");
      }
      return buffer.duplicate().clear().limit(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Lets others have it; only where nobody reads or writes it any more. A second time does
     * nothing.
     */
    public void giveBack() {
      if (store != null && !given) {
        given = true;
        store.keep(buffer);
      }
    }
  }
}
