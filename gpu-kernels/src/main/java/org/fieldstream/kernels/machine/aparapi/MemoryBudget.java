package org.fieldstream.kernels.machine.aparapi;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import org.fieldstream.kernels.machine.MachineException;

/**
 * What a program may take. Aparapi mirrors every device array in a Java array, so the heap bounds a
 * program as the device does.
 *
 * @param device name of the device
 * @param largest bytes of the largest array
 * @param total bytes of all arrays
 */
record MemoryBudget(String device, long largest, long total) {
  static MemoryBudget of(Device device) {
    // Aparapi counts the bytes of an array in an int; half the heap is left to the rest of the JVM.
    long largest = Integer.MAX_VALUE;
    long total = Runtime.getRuntime().maxMemory() / 2;
    if (device instanceof OpenCLDevice openCl) {
      largest = Math.min(largest, openCl.getMaxMemAllocSize());
      total = Math.min(total, openCl.getGlobalMemSize());
    }
    return new MemoryBudget(device.getShortDescription(), largest, total);
  }

  /**
   * The lane group halved until it fits.
   *
   * @param arena bytes of the arena, per lane
   * @param all bytes of all arrays, per lane
   * @throws MachineException if not even one lane fits
   */
  int lanes(int wanted, long arena, long all) {
    int lanes = wanted;
    while (lanes > 0 && (lanes * arena > largest || lanes * all > total)) {
      lanes /= 2;
    }
    if (lanes == 0) {
      throw new MachineException(
          "memory: "
              + (all >> 10)
              + " KiB per lane (expected: at most "
              + (Math.min(largest, total) >> 10)
              + " KiB on "
              + device
              + "; take a smaller lattice, a larger device or a larger heap)");
    }
    return lanes;
  }
}
