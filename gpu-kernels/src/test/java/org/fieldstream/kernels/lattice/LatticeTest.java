package org.fieldstream.kernels.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LatticeTest {
  static List<Lattice> lattices() {
    return List.of(Lattice.of(7), Lattice.of(4, 6), Lattice.of(2, 3, 4), Lattice.of(4, 2, 6, 2));
  }

  static List<Lattice> evenLattices() {
    return List.of(Lattice.of(8), Lattice.of(4, 6), Lattice.of(4, 4, 6), Lattice.of(4, 2, 6, 2));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void sitesAreNumberedInCOrder(Lattice lattice) {
    int site = 0;
    int[] x = new int[lattice.dimensions()];
    do {
      for (int axis = 0; axis < x.length; axis++) {
        assertThat(lattice.coordinate(site, axis)).isEqualTo(x[axis]);
      }
      site++;
    } while (advance(x, lattice));
    assertThat(site).isEqualTo(lattice.sites());
    assertThat(lattice.stride(lattice.dimensions() - 1)).isEqualTo(1);
  }

  private static boolean advance(int[] x, Lattice lattice) {
    for (int axis = x.length - 1; axis >= 0; axis--) {
      if (++x[axis] < lattice.extent(axis)) {
        return true;
      }
      x[axis] = 0;
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void shiftsWrapAroundAndUndoEachOther(Lattice lattice) {
    int d = lattice.dimensions();
    for (int site = 0; site < lattice.sites(); site++) {
      for (int axis = 0; axis < d; axis++) {
        int[] round = new int[d];
        round[axis] = lattice.extent(axis);
        assertThat(lattice.shifted(site, round)).isEqualTo(site);
        int[] step = new int[d];
        step[axis] = -3;
        int there = lattice.shifted(site, step);
        assertThat(lattice.coordinate(there, axis))
            .isEqualTo(Math.floorMod(lattice.coordinate(site, axis) - 3, lattice.extent(axis)));
        step[axis] = 3;
        assertThat(lattice.shifted(there, step)).isEqualTo(site);
      }
    }
  }

  @Test
  void khat2IsTheSpectrumOfTheLaplacian() {
    Lattice lattice = Lattice.of(4, 6);
    assertThat(lattice.khat2(0)).isZero();
    // n = (2, 3): both momenta are pi
    assertThat(lattice.khat2(2 * 6 + 3)).isCloseTo(8, within(1e-14));
    // n = (1, 1): 2 (1 - cos(pi/2)) + 2 (1 - cos(pi/3)) = 3
    assertThat(lattice.khat2(6 + 1)).isCloseTo(3, within(1e-14));
  }

  @Test
  void latticesAreEqualWhenTheirExtentsAre() {
    assertThat(Lattice.of(4, 6)).isEqualTo(Lattice.of(4, 6)).hasToString("4 x 6");
    assertThat(Lattice.of(4, 6)).isNotEqualTo(Lattice.of(6, 4));
    assertThat(Lattice.of(4, 6).hashCode()).isEqualTo(Lattice.of(4, 6).hashCode());
  }

  @Test
  void refusesBadExtents() {
    assertThatThrownBy(Lattice::of).hasMessage("extents: 0 axes (expected: 1 to 4)");
    assertThatThrownBy(() -> Lattice.of(2, 2, 2, 2, 2))
        .hasMessage("extents: 5 axes (expected: 1 to 4)");
    assertThatThrownBy(() -> Lattice.of(4, 1))
        .hasMessage("extents: 4 x 1 (expected: every extent >= 2)");
    assertThatThrownBy(() -> Lattice.of(4, -4))
        .hasMessage("extents: 4 x -4 (expected: every extent >= 2)");
    assertThatThrownBy(() -> Lattice.of(1 << 13, 1 << 13))
        .hasMessage("extents: 8192 x 8192 (expected: at most 16777216 sites)");
    assertThatThrownBy(() -> Lattice.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 2, 2))
        .hasMessageContaining("at most 16777216 sites");
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void everyTapReadsEachSiteOnce(Lattice lattice) {
    for (Stencil stencil :
        List.of(Stencil.box(lattice, 1), Stencil.nearest(lattice), Stencil.forward(lattice))) {
      int[] table = stencil.table();
      int k = stencil.taps();
      for (int tap = 0; tap < k; tap++) {
        int[] sources = new int[lattice.sites()];
        for (int site = 0; site < sources.length; site++) {
          sources[site] = table[site * k + tap];
          assertThat(sources[site]).isEqualTo(stencil.source(site, tap));
        }
        assertThat(Arrays.stream(sources).sorted())
            .containsExactly(IntStream.range(0, lattice.sites()).boxed().toArray(Integer[]::new));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void boxesHaveTheHyperoctahedralOrbits(Lattice lattice) {
    int d = lattice.dimensions();
    for (int radius = 0; radius <= 2; radius++) {
      Stencil box = Stencil.box(lattice, radius);
      assertThat(box.taps()).isEqualTo((int) Math.pow(2 * radius + 1, d));
      // Multisets of D absolute values out of radius + 1: binomial(D + radius, D).
      int orbits = 1;
      for (int i = 1; i <= d; i++) {
        orbits = orbits * (radius + i) / i;
      }
      assertThat(box.orbits()).isEqualTo(orbits);
      assertThat(box.orbit(0)).isZero();
      assertThat(box.orbitSize(0)).isEqualTo(1);
      assertThat(box.source(3 % lattice.sites(), 0)).isEqualTo(3 % lattice.sites());
      int all = 0;
      for (int o = 0; o < orbits; o++) {
        all += box.orbitSize(o);
      }
      assertThat(all).isEqualTo(box.taps());
    }
    assertThat(Stencil.box(lattice, 1).orbitSize(1)).isEqualTo(2 * d);
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void nearestAndForwardNeighbours(Lattice lattice) {
    int d = lattice.dimensions();
    Stencil nearest = Stencil.nearest(lattice);
    Stencil forward = Stencil.forward(lattice);
    assertThat(nearest.taps()).isEqualTo(2 * d);
    assertThat(forward.taps()).isEqualTo(d);
    assertThat(nearest.orbits()).isEqualTo(1);
    assertThat(forward.orbits()).isEqualTo(1);
    for (int axis = 0; axis < d; axis++) {
      int[] up = new int[d];
      up[axis] = 1;
      int[] down = new int[d];
      down[axis] = -1;
      for (int site = 0; site < lattice.sites(); site++) {
        assertThat(forward.source(site, axis)).isEqualTo(lattice.shifted(site, up));
        assertThat(nearest.source(site, 2 * axis)).isEqualTo(lattice.shifted(site, up));
        assertThat(nearest.source(site, 2 * axis + 1)).isEqualTo(lattice.shifted(site, down));
      }
    }
  }

  @Test
  void ownOffsetsHaveWeightsOfTheirOwn() {
    Stencil stencil = Stencil.of(Lattice.of(4, 4), new int[] {0, 1}, new int[] {0, -1});
    assertThat(stencil.orbits()).isEqualTo(2);
    assertThatThrownBy(() -> Stencil.of(Lattice.of(4, 4), new int[] {1}))
        .hasMessage("offset: 1 components (expected: 2, one for each axis of 4 x 4)");
    assertThatThrownBy(() -> Stencil.box(Lattice.of(4), -1))
        .hasMessage("radius: -1 (expected: >= 0)");
  }

  @ParameterizedTest
  @MethodSource("evenLattices")
  void sitesWithinAStepHaveOtherColours(Lattice lattice) {
    Colouring colouring = new Colouring(lattice);
    assertThat(colouring.colours()).isEqualTo(1 << lattice.dimensions());
    Stencil box = Stencil.box(lattice, 1);
    for (int site = 0; site < lattice.sites(); site++) {
      List<Integer> clashes = new ArrayList<>();
      for (int tap = 1; tap < box.taps(); tap++) {
        if (colouring.colour(box.source(site, tap)) == colouring.colour(site)) {
          clashes.add(tap);
        }
      }
      assertThat(clashes).as("site %d", site).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("evenLattices")
  void coloursShareTheSitesEvenly(Lattice lattice) {
    Colouring colouring = new Colouring(lattice);
    assertThat(colouring.colours() * colouring.sitesPerColour()).isEqualTo(lattice.sites());
    boolean[] seen = new boolean[lattice.sites()];
    for (int colour = 0; colour < colouring.colours(); colour++) {
      for (int n = 0; n < colouring.sitesPerColour(); n++) {
        int site = colouring.site(colour, n);
        assertThat(seen[site]).isFalse();
        seen[site] = true;
        assertThat(colouring.colour(site)).isEqualTo(colour);
        assertThat(colouring.rank(site)).isEqualTo(n);
      }
    }
  }

  @Test
  void oddExtentsCannotBeColoured() {
    assertThatThrownBy(() -> new Colouring(Lattice.of(4, 3)))
        .hasMessage("extents: 4 x 3 (expected: even extents, which the colouring needs)");
  }
}
