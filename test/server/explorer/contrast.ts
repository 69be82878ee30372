import type { Page } from 'playwright-core';

export interface TextContrast {
  readonly text: string;
  /** WCAG 2.2, contrast ratio of the text to what is painted below it. */
  readonly ratio: number;
}

/** The texts that cannot be read well: contrast below 4.5 (WCAG 2.2, level AA). */
export function findFaint(texts: readonly TextContrast[]): readonly TextContrast[] {
  return texts.filter(({ ratio }) => ratio < 4.5);
}

/** The contrast of every text that is visible in the window. */
export function measureContrasts(page: Page): Promise<TextContrast[]> {
  return page.evaluate(measureInPage);
}

/** Runs in the page. Colours that let others through are mixed with what is painted below them. */
function measureInPage(): TextContrast[] {
  type Colour = readonly [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const mix = ([r, g, b, alpha]: Colour, [r2, g2, b2]: Colour): Colour => [
    r * alpha + r2 * (1 - alpha),
    g * alpha + g2 * (1 - alpha),
    b * alpha + b2 * (1 - alpha),
    1,
  ];
  const luminance = ([red, green, blue]: Colour): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isShown = (element: Element, text: Node): boolean => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const { width, height, top, bottom, left, right } = range.getBoundingClientRect();
    const isInWindow = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    return width > 1 && height > 1 && isInWindow && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const found: TextContrast[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const { currentNode } = texts;
    const text = currentNode.textContent?.trim() ?? '';
    const element = currentNode.parentElement;
    if (text === '' || element === null || element.closest('script, style, noscript') !== null || !isShown(element, currentNode)) continue;
    const layers: Colour[] = [];
    let opacity = 1;
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      const style = getComputedStyle(each);
      layers.push(parse(style.backgroundColor));
      opacity *= Number(style.opacity);
    }
    const background = layers.reduceRight<Colour>((below, layer) => mix(layer, below), [255, 255, 255, 1]);
    const [red, green, blue, alpha] = parse(getComputedStyle(element).color);
    const [a, b] = [luminance(mix([red, green, blue, alpha * opacity], background)), luminance(background)];
    found.push({ text: text.slice(0, 60), ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  return found;
}
