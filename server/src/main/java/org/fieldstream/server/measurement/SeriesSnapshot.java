package org.fieldstream.server.measurement;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;

/**
 * A series as it stood at one moment.
 *
 * @param name name of the series
 * @param components one estimate for each component
 * @param alarms what looks wrong
 */
public record SeriesSnapshot(String name, List<ComponentEstimate> components, List<Alarm> alarms) {}
