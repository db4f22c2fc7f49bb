// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {ContractWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";
import {GasBurningSigner} from "../Signers.sol";

contract ContributorAttacksV2Test is EscrowTestV2 {
    /// On the first version a delegate that is a contract made the relay of a submission burn 14 million gas.
    function test_two_contracts_as_signers_burn_at_most_their_bounded_gas() external {
        uint256 jobId = createJob();
        (address wallet, address key) = (address(new GasBurningSigner()), address(new GasBurningSigner()));
        vm.deal(wallet, 1 ether);
        vm.prank(wallet);
        escrow.acceptJob{value: BOND}(jobId, key);
        uint256 gasBefore = gasleft();
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidSignature.selector, jobId, wallet));
        escrow.submitAdapterBySig(jobId, wallet, ADAPTER, new bytes(65));
        assertTrue(gasBefore - gasleft() < 140_000, "twice 50,000 and the call itself");
    }

    /// A copy names the same content: it changes nothing for the one that it was copied from, and loses its bond.
    function test_a_copied_delivery_harms_its_copier_alone() external {
        uint256 jobId = createJob(refereedTerms());
        accept(jobId, alice);
        accept(jobId, bob);
        accept(jobId, carol);
        bytes memory signature = sign(ALICE_KEY, jobId, alice, ADAPTER);
        // Seen in the pool of transactions, the signature is of no use for another slot.
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidSignature.selector, jobId, bob));
        escrow.submitAdapterBySig(jobId, bob, ADAPTER, signature);
        submit(jobId, bob);
        escrow.submitAdapterBySig(jobId, alice, ADAPTER, signature);
        submit(jobId, carol);
        reject(jobId, bob, true);
        uint256[2] memory before = [alice.balance, bob.balance];
        complete(jobId, list(alice, bob, carol));
        vm.warp(START + 1 days);
        enforce(jobId, bob);
        assertEq(alice.balance, before[0] + SHARE + BOND, "the source is paid");
        assertEq(bob.balance, before[1], "the copier is not");
        assertEq(BURNT.balance, BOND, "its bond is burned");
    }

    /// Appeals cost the others no time.
    function test_a_cheat_that_appeals_delays_nobody_elses_payment() external {
        uint256 jobId = createContestedJob(true);
        deliver(jobId, carol);
        appeal(jobId, alice);
        uint256 before = bob.balance;
        complete(jobId, list(alice, bob, carol));
        assertEq(bob.balance, before + SHARE + BOND, "in the same second");
    }

    function test_a_cheat_is_judged_once_and_cannot_come_again_with_its_wallet() external {
        uint256 jobId = createContestedJob(true);
        appeal(jobId, alice);
        rule(jobId, alice, false);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.AlreadyAccepted.selector, jobId, alice));
        escrow.acceptJob{value: BOND}(jobId, delegate);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.RejectionNotPending.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.Rejected
            )
        );
        escrow.appealRejection(jobId, alice, EVIDENCE);
    }

    /// One person with many wallets takes every slot of a job for anybody, and none of one for permitted wallets.
    function test_many_wallets_of_one_person_take_no_slot_without_permits() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.permitOnly, terms_.maxContributors) = (true, 32);
        uint256 jobId = createJob(terms_);
        bytes memory hers = signPermit(REQUESTER_KEY, jobId, alice);
        uint256 bondWei = escrow.getJob(jobId).bondWei;
        for (uint160 i = 0; i < 32; ++i) {
            address wallet = address(0xF000 + i);
            vm.deal(wallet, 1 ether);
            vm.prank(wallet);
            expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidPermit.selector, jobId, wallet));
            escrow.acceptJobWithPermit{value: bondWei}(jobId, delegate, hers);
        }
        assertEq(escrow.getJob(jobId).takenSlots, 0, "none is taken");
    }

    /// With too little gas a payment fails with the whole call, or is pushed; it is never deferred for lack of gas.
    function test_a_caller_cannot_make_a_returned_bond_fail_by_giving_little_gas(uint256 gas_) external {
        ContractWallet wallet = new ContractWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, address(wallet));
        reject(jobId, address(wallet));
        vm.warp(START + 1 days);
        gas_ = bound(gas_, 10_000, 120_000);
        try escrow.enforceRejection{gas: gas_}(jobId, address(wallet)) {
            assertEq(escrow.withdrawableWei(address(wallet)), 0, "pushed, not deferred");
            assertEq(address(wallet).balance, 1 ether, "the bond is back");
        } catch {
            assertSlot(jobId, address(wallet), IAIModelTrainingV2.SlotStatus.RejectionPending);
        }
    }

    /// The same for signatures: a starved signer makes the whole call fail, it never makes another answer count.
    function test_a_relay_cannot_submit_anything_by_giving_little_gas(uint256 gas_) external {
        uint256 jobId = createJob();
        ContractWallet key = new ContractWallet();
        vm.prank(alice);
        escrow.acceptJob{value: BOND}(jobId, address(key));
        gas_ = bound(gas_, 10_000, 120_000);
        try escrow.submitAdapterBySig{gas: gas_}(jobId, alice, ADAPTER, "") {
            assertTrue(false, "nobody signed");
        } catch {
            assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Accepted);
        }
    }
}
