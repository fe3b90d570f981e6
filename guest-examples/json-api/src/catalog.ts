export interface Product {
  readonly id: string;
  readonly name: string;
  /** Price in cents. */
  readonly price: number;
}

export const products: readonly Product[] = [
  { id: "plinth", name: "Plinth, sandstone", price: 12_900 },
  { id: "bust", name: "Bust, plaster", price: 8_450 },
  { id: "brush", name: "Dusting brush", price: 995 },
];
