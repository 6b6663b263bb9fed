package org.fieldstream.server.session;

import java.util.BitSet;
import java.util.List;
import org.fieldstream.server.generator.DrawBatch;

/**
 * A device batch on its way, which may take several turns: whose lanes are whose. Streams may end
 * meanwhile, or want less than they did; what they want no more is not given to them.
 */
final class DrawRound {
  private final List<DrawTaker> streams;
  private final int[] shares;
  private final BitSet levels = new BitSet();
  private final int lanes;

  /**
   * Deals the lanes and has the draws named.
   *
   * @param streams who wants draws, one of them at least
   * @param seeds receives the seed of each lane; as long as a device batch
   * @param indices receives the index of each lane; as long
   */
  DrawRound(List<DrawTaker> streams, long[] seeds, long[] indices) {
    this.streams = List.copyOf(streams);
    shares = LaneShares.deal(streams, seeds.length);
    int at = 0;
    for (int k = 0; k < shares.length; k++) {
      DrawTaker stream = streams.get(k);
      stream.fill(seeds, indices, at, shares[k]);
      at += shares[k];
      if (shares[k] > 0) {
        stream.levels().forEach(levels::set);
      }
    }
    lanes = at;
  }

  /** Lanes in use. */
  int lanes() {
    return lanes;
  }

  /** Positions of the levels of noise that somebody takes. */
  BitSet levels() {
    return levels;
  }

  /** Whether anybody still wants what is on its way to it. */
  boolean isWanted() {
    for (int k = 0; k < shares.length; k++) {
      if (due(k) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Hands the draws out. */
  void deliver(DrawBatch batch) {
    int at = 0;
    for (int k = 0; k < shares.length; k++) {
      int due = due(k);
      if (due > 0) {
        streams.get(k).take(batch, at, due);
      }
      at += shares[k];
    }
  }

  /** Who is over wants nothing; who is to finish, no more than its last message has room for. */
  private int due(int k) {
    return (int) Math.min(shares[k], streams.get(k).wanted());
  }
}
