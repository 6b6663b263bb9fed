package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.theory.Phi4;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clusters against a flood fill; their weight against all signs of a tiny lattice, one by one. */
class SignClustersTest {
  private static final long SEED = 31;
  private static Machine machine;

  @BeforeAll
  static void machine() {
    machine = new VectorMachine(2);
  }

  @AfterAll
  static void close() {
    machine.close();
  }

  static Stream<Lattice> lattices() {
    return Stream.of(
        Lattice.of(2),
        Lattice.of(7),
        Lattice.of(2, 2),
        Lattice.of(5, 4),
        Lattice.of(16, 40),
        Lattice.of(3, 4, 5),
        Lattice.of(2, 3, 2, 4));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void clustersAreThoseOfAFloodFillAndTurnAsOne(Lattice lattice) {
    Random random = new Random(5);
    int v = lattice.sites();
    int d = lattice.dimensions();
    Phi4 phi4 = Phi4.massForm(lattice, -4, 5);
    SignClusters clusters = new SignClusters(phi4);
    // From nearly no bonds to nearly all.
    for (double active : new double[] {0.02, 0.2, 0.35, 0.5, 0.65, 0.98}) {
      float[] margins = new float[3 + d * v];
      for (int i = 0; i < margins.length; i++) {
        margins[i] = (float) (active - random.nextDouble());
      }
      int[] cluster = floodFill(lattice, margins, 3);
      boolean[][] turned = new boolean[40][v];
      for (int turn = 0; turn < turned.length; turn++) {
        float[] before = new float[2 * v];
        for (int i = 0; i < before.length; i++) {
          before[i] = (float) random.nextGaussian();
        }
        float[] after = before.clone();
        double change = clusters.turn(after, v, margins, 3, SEED, turn);
        assertThat(change).isCloseTo(phi4.action(after, v) - phi4.action(before, v), within(1e-9));
        for (int x = 0; x < v; x++) {
          assertThat(after[x]).isEqualTo(before[x]);
          assertThat(Math.abs(after[v + x])).isEqualTo(Math.abs(before[v + x]));
          turned[turn][x] = after[v + x] != before[v + x];
          assertThat(turned[turn][x]).isEqualTo(turned[turn][cluster[x]]);
        }
      }
      separate(cluster, turned);
    }
  }

  /** Two clusters that turned alike forty times out of forty would be one. */
  private static void separate(int[] cluster, boolean[][] turned) {
    for (int x = 0; x < Math.min(cluster.length, 60); x++) {
      for (int y = 0; y < x; y++) {
        if (cluster[x] != cluster[y]) {
          int a = x;
          int b = y;
          assertThat(Arrays.stream(turned).filter(turn -> turn[a] == turn[b]).count())
              .isBetween(1L, 39L);
        }
      }
    }
  }

  /** The smallest site of each site's cluster. */
  private static int[] floodFill(Lattice lattice, float[] margins, int from) {
    int v = lattice.sites();
    int[] cluster = new int[v];
    Arrays.fill(cluster, -1);
    for (int seed = 0; seed < v; seed++) {
      ArrayDeque<Integer> front = new ArrayDeque<>();
      if (cluster[seed] < 0) {
        front.add(seed);
        cluster[seed] = seed;
      }
      while (!front.isEmpty()) {
        int x = front.remove();
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
          int[] step = new int[lattice.dimensions()];
          step[axis] = 1;
          int next = lattice.shifted(x, step);
          step[axis] = -1;
          int last = lattice.shifted(x, step);
          if (margins[from + axis * v + x] > 0 && cluster[next] < 0) {
            cluster[next] = seed;
            front.add(next);
          }
          if (margins[from + axis * v + last] > 0 && cluster[last] < 0) {
            cluster[last] = seed;
            front.add(last);
          }
        }
      }
    }
    return cluster;
  }

  static Stream<Phi4> theories() {
    return Stream.of(
        Phi4.massForm(Lattice.of(3, 2), -4, 6),
        Phi4.hoppingForm(Lattice.of(2, 3), 0.3, 0.1),
        Phi4.hoppingForm(Lattice.of(5), -0.4, 0.1),
        Phi4.massForm(Lattice.of(2, 2, 2), 1, 0));
  }

  /**
   * With |phi| held fixed the move is a Markov chain on the 2^V signs. Its stationary weights are
   * exp(-S), state by state, and in equilibrium it goes from a to b as often as from b to a.
   */
  @ParameterizedTest
  @MethodSource("theories")
  void signsComeWithTheirWeightsAndGoBackAsOftenAsForth(Phi4 phi4) {
    int v = phi4.lattice().sites();
    int states = 1 << v;
    float[] modulus = new float[v];
    Random random = new Random(8);
    for (int x = 0; x < v; x++) {
      modulus[x] = (float) (0.2 + 0.4 * random.nextDouble());
    }
    double[] weight = weights(phi4, modulus);
    int chains = 1024;
    int steps = 400;
    int burnIn = 40;
    long[] visits = new long[states];
    long[][] moves = new long[states][states];
    long[] seeds = new Random(SEED).longs(chains).toArray();
    float[] fields = new float[chains * v];
    for (int c = 0; c < chains; c++) {
      System.arraycopy(modulus, 0, fields, c * v, v);
    }
    try (ClusterMove move = new ClusterMove(phi4, seeds, machine)) {
      int[] last = new int[chains];
      for (int step = 1; step <= steps; step++) {
        move.run(step, fields, new double[chains]);
        for (int c = 0; c < chains; c++) {
          int now = state(fields, c * v, v);
          if (step > burnIn) {
            visits[now]++;
            moves[last[c]][now]++;
          }
          last[c] = now;
        }
      }
    }
    long n = (long) chains * (steps - burnIn);
    // chi^2 has mean dof and variance 2 dof for independent visits. These are correlated over two
    // or three moves at most, which widens it: a third of the moves is what counts.
    double chi2 = 0;
    for (int s = 0; s < states; s++) {
      double expected = n * weight[s];
      chi2 += (visits[s] - expected) * (visits[s] - expected) / expected / 3;
    }
    int dof = states - 1;
    assertThat(chi2).isBetween(0.1 * dof, dof + 4 * Math.sqrt(2.0 * dof));
    double balance = 0;
    int pairs = 0;
    for (int a = 0; a < states; a++) {
      for (int b = 0; b < a; b++) {
        double both = moves[a][b] + moves[b][a];
        if (both >= 20) {
          // Under detailed balance binomial: difference of variance `both`.
          balance += (moves[a][b] - moves[b][a]) * (moves[a][b] - moves[b][a]) / both;
          pairs++;
        }
      }
    }
    assertThat(pairs).isGreaterThan(states / 2);
    assertThat((balance - pairs) / Math.sqrt(2.0 * pairs)).isBetween(-4.0, 4.0);
  }

  private static double[] weights(Phi4 phi4, float[] modulus) {
    int v = modulus.length;
    double[] weight = new double[1 << v];
    double sum = 0;
    for (int s = 0; s < weight.length; s++) {
      float[] phi = modulus.clone();
      for (int x = 0; x < v; x++) {
        phi[x] = (s >> x & 1) == 0 ? phi[x] : -phi[x];
      }
      weight[s] = Math.exp(-phi4.action(phi, 0));
      sum += weight[s];
    }
    for (int s = 0; s < weight.length; s++) {
      weight[s] /= sum;
    }
    return weight;
  }

  private static int state(float[] fields, int offset, int v) {
    int state = 0;
    for (int x = 0; x < v; x++) {
      state |= fields[offset + x] < 0 ? 1 << x : 0;
    }
    return state;
  }

  @Test
  void aChainsMoveDoesNotDependOnItsCompanyOrOnThreads() {
    Phi4 phi4 = Phi4.massForm(Lattice.of(6, 6), -4, 6.975);
    float[] phi = new float[36];
    for (int x = 0; x < phi.length; x++) {
      phi[x] = 0.2f + 0.01f * x;
    }
    float[] many = new float[20 * 36];
    for (int c = 0; c < 20; c++) {
      System.arraycopy(phi, 0, many, c * 36, 36);
    }
    float[] alone = phi.clone();
    long[] seeds = new long[20];
    Arrays.setAll(seeds, c -> SEED + c);
    try (Machine one = new VectorMachine(1);
        ClusterMove both = new ClusterMove(phi4, seeds, machine);
        ClusterMove single = new ClusterMove(phi4, new long[] {SEED + 13}, one)) {
      double[] actions = new double[20];
      double[] action = new double[1];
      for (int step = 0; step < 10; step++) {
        both.run(step, many, actions);
        single.run(step, alone, action);
      }
      assertThat(Arrays.copyOfRange(many, 13 * 36, 14 * 36)).isEqualTo(alone);
      assertThat(actions[13]).isEqualTo(action[0]);
      assertThat(Arrays.copyOfRange(many, 12 * 36, 13 * 36)).isNotEqualTo(alone);
    }
  }
}
